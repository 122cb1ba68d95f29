import type { IncomingMessage } from 'node:http'

/** The text of an answer. One that is longer is broken off: `most` counts UTF-16 units. */
export async function readText(response: IncomingMessage, most: number): Promise<string> {
  let text = ''
  for await (const part of response.setEncoding('utf8')) {
    text += part
    if (text.length > most) response.destroy()
  }
  return text
}
