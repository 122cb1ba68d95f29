import { type DataUrl, readDataUrl, readHead, withContent } from './data-url.ts'

/** URLs in one text at most. */
const MAX_FOUND = 64

/** The start of a `data:` URL up to its comma, which is never far. */
const START = /(?<![\w+.-])data:[^,<>\n]{0,128},/gi
/** Where one that nothing encloses ends. */
const END = /[\s"'`<>()[\]{}|\\]|$/g

const CLOSING: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '(': ')',
  '<': '>',
}

/** The `data:` URLs in a text: all of it, or what stands in it. Linear in its length. */
export function findDataUrls(text: string): readonly DataUrl[] {
  const whole = readDataUrl(text.trim())
  if (whole) return [whole]
  const found: DataUrl[] = []
  START.lastIndex = 0
  for (let start = START.exec(text); start && found.length < MAX_FOUND; start = START.exec(text)) {
    const data = start.index + start[0].length
    const head = readHead(start[0].slice(5, -1))
    const end = head ? endOf(text, start.index, data) : start.index + 5
    if (head) found.push(withContent(head, text.slice(data, end)))
    START.lastIndex = end
  }
  return found
}

function endOf(text: string, start: number, data: number): number {
  const closing = CLOSING[text[start - 1] ?? '']
  const closed = closing === undefined ? -1 : text.indexOf(closing, data)
  if (closed >= 0) return closed
  END.lastIndex = data
  return END.exec(text)?.index ?? text.length
}
