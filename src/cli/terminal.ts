import { once } from 'node:events'
import { styleText } from 'node:util'
import { toGatewayError } from '../kernel/errors.ts'
import type { Context } from './context.ts'

/** Writes one line of data. Waits for a slow reader; what comes from servers must be `printable`. */
export async function line(context: Context, text: string): Promise<void> {
  if (!context.stdout.write(`${text}\n`) && !context.stdout.destroyed)
    await once(context.stdout, 'drain', { signal: context.signal }).catch(() => undefined)
}

/** Says something to the person at the terminal; not with `--quiet`. */
export function talk(context: Context, text: string): void {
  if (!context.options.quiet) context.stderr.write(`${text}\n`)
}

/**
 * Makes the log of a gateway: lines on stderr, with the time and, if there is one, the cause.
 *
 * @param redactText takes secrets that are known by their values out of every line.
 */
export function logger(
  context: Pick<Context, 'stderr'>,
  redactText: (text: string) => string = (text) => text,
): (message: string, cause?: unknown) => void {
  return (message, cause) => {
    const error = cause === undefined ? undefined : toGatewayError(cause)
    const why = error?.code === 'internal' ? error.cause : error
    const words = [message, why instanceof Error ? why.message : undefined, error?.detail]
    const text = redactText(words.filter((one) => one !== undefined).join(': '))
    context.stderr.write(`${new Date().toISOString()} ${printable(text)}\n`)
  }
}

/** Writes a value as one line of JSON. */
export function json(context: Context, value: unknown): Promise<void> {
  return line(context, jsonText(value))
}

/** Writes the data of a command: the value with `--json`, else the lines. */
export async function show(
  context: Context,
  value: unknown,
  lines: () => readonly string[],
): Promise<void> {
  if (context.options.json) return json(context, value)
  for (const text of lines()) await line(context, text)
}

/** JSON without characters that a terminal might obey or that a reader cannot see. */
export function jsonText(value: unknown): string {
  return escaped(JSON.stringify(value))
}

/** As `jsonText`, over several lines. */
export function jsonLines(value: unknown): string[] {
  return JSON.stringify(value, undefined, 2).split('\n').map(escaped)
}

function escaped(text: string): string {
  return text.replaceAll(UNSEEN, (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}

const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}]/gu

/** A foreign text made safe to print: control, format and other invisible characters are spelled out. */
export function printable(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(UNSEEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}

type Color = 'red' | 'green' | 'yellow' | 'dim' | 'bold'

/** Colours a text, where colours are wanted. */
export function paint(context: Pick<Context, 'color'>, color: Color, text: string): string {
  return context.color ? styleText(color, text, { validateStream: false }) : text
}

/** Lines of a table: columns as wide as their widest cell, cells printable. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const cells = [head, ...rows].map((row) => row.map(printable))
  const widths = head.map((_, column) => Math.max(...cells.map((row) => width(row[column] ?? ''))))
  return cells.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - width(cell)))
      .join('  ')
      .trimEnd(),
  )
}

function width(text: string): number {
  return [...text].length
}
