/** A basic string: JSON's escapes are all TOML's, which forbids one raw character more (TOML 1.0, strings). */
export function tomlText(text: string): string {
  return JSON.stringify(text).replaceAll('\u007F', String.raw`\u007f`)
}

/** A key: bare where it may be (TOML 1.0, keys). */
export function tomlKey(text: string): string {
  return /^[A-Za-z0-9_-]+$/.test(text) ? text : tomlText(text)
}
