export { PLATFORM_PROBLEMS } from './problems.ts'
export { startPlatform, type StartedPlatform, type StartOptions } from './start-platform.ts'
