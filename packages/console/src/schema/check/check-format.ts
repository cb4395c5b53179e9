/** Longer texts are none of these formats, and are not worth a regular expression. */
const TEXT_MAX = 10_000

const UUID = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/
const TIME =
  /^([01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d{1,12})?(?:[zZ]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/
const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,255}$/
const OCTET = /^(?:25[0-5]|2[0-4]\d|1?\d?\d)$/
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** Whether a text has the format; a format that is not known here is taken as fulfilled (RFC 3339, 3986, 9562). */
export function hasFormat(format: string, text: string): boolean {
  switch (format) {
    case 'byte':
    case 'binary':
      return text.length % 4 === 0 && BASE64.test(text)
    case 'date':
      return isDate(text)
    case 'time':
      return text.length < TEXT_MAX && TIME.test(text)
    case 'date-time': {
      const [date, time] = [text.slice(0, 10), text.slice(11)]
      return /^[tT ]$/.test(text.slice(10, 11)) && isDate(date) && TIME.test(time)
    }
    case 'email':
      return text.length < TEXT_MAX && EMAIL.test(text)
    case 'uuid':
      return UUID.test(text)
    case 'uri':
      return URL.canParse(text) && /^[a-z][a-z0-9+.-]*:/i.test(text) && !/\s/.test(text)
    case 'ipv4':
      return text.split('.').length === 4 && text.split('.').every((octet) => OCTET.test(octet))
    default:
      return true
  }
}

/** Days of each month; February is looked at. */
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function isDate(text: string): boolean {
  const [, year, month, day] = (DATE.exec(text) ?? []).map(Number)
  if (year === undefined || month === undefined || day === undefined) return false
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const days = month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0)
  return day >= 1 && day <= days
}
