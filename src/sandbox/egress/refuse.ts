import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type Authority, authorityText } from './host-name.ts'
import type { DenialText } from './report.ts'

/** Says what was refused, in the answers of the proxy. */
export const DENIED_HEADER = 'x-sandbox-denied'

/** Milliseconds that the other side has to take in an answer before the connection is cut. */
const LINGER = 1_000

/** 403 with the reason, or 400 for what nobody can read. What is left of the request is not read. */
export function refuse(response: ServerResponse, denial: DenialText): void {
  const status = isMalformed(denial) ? 400 : 403
  answer(response, status, denial.text, { [DENIED_HEADER]: headerText(denial) })
}

/** 502: permitted, but not there. */
export function unreachable(response: ServerResponse, to: Authority): void {
  answer(response, 502, unreachableText(to), {})
}

/** The same on a connection that no longer speaks HTTP by itself. */
export function refuseRaw(near: Socket, denial: DenialText): void {
  const status = isMalformed(denial) ? '400 Bad Request' : '403 Forbidden'
  answerRaw(near, status, denial.text, `${DENIED_HEADER}: ${headerText(denial)}\r\n`)
}

export function unreachableRaw(near: Socket, to: Authority): void {
  answerRaw(near, '502 Bad Gateway', unreachableText(to), '')
}

function answer(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>>,
): void {
  const { socket } = response
  if (response.headersSent || socket === null) return void response.destroy()
  const about = { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }
  response.writeHead(status, { ...about, 'content-length': Buffer.byteLength(text), ...headers })
  response.end(text)
  cutLater(socket)
}

function answerRaw(near: Socket, status: string, text: string, headers: string): void {
  if (!near.writable) return void near.destroy()
  const head = `HTTP/1.1 ${status}\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\n`
  const length = Buffer.byteLength(text)
  near.end(`${head}content-length: ${length}\r\n${headers}\r\n${text}`)
  near.resume()
  cutLater(near)
}

function cutLater(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), LINGER)
  socket.once('close', () => clearTimeout(timer))
}

function isMalformed({ reason }: DenialText): boolean {
  return reason === 'request-malformed'
}

function headerText({ target, reason }: DenialText): string {
  return `${reason}; ${target}`
}

function unreachableText(to: Authority): string {
  return `${authorityText(to)} is allowed, but could not be reached.\n`
}
