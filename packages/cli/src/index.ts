export { runDemo, type DemoDeps } from './demo/run-demo.ts'
export { createStyle, type Style } from './style.ts'
