/** The command that makes a new one-time link, in the folder of the platform. */
export const NEW_LINK_COMMAND = 'npm run orchestra -- sign-in-link'
