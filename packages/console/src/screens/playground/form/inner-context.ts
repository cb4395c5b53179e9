import { createContext } from 'react'

/** Whether a field stands under a picker that already says its name: then only screen readers hear it again. */
export const InnerContext = createContext(false)
