export { nowMs, useNow } from './clock.ts'
export { useMay, useMe } from './me.ts'
export { noteNobody } from './presence.ts'
export { useOrchestra } from './orchestra.ts'
