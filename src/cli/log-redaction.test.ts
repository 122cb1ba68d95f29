import { randomBytes } from 'node:crypto'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { GatewayError } from '../kernel/errors.ts'
import { createValueWatch } from '../kernel/value-index.ts'
import { logger } from './terminal.ts'

test('no known value reaches the log, from a message, a cause or a detail', () => {
  const watch = createValueWatch<string>()
  const secret = randomBytes(30).toString('base64')
  watch.add(secret, 'it')
  const stderr = new PassThrough()
  const log = logger({ stderr } as never, (text) => watch.redact(text))
  log(`said ${secret} at once`)
  log('failed', new Error(`header ${Buffer.from(`a:${secret}`).toString('base64')}`))
  const detail = `https://x.example/?t=${encodeURIComponent(secret)}`
  log('refused', new GatewayError('upstream_failed', `no: ${secret}`, { detail }))
  const lines = String(stderr.read())
  expect(lines.trim().split('\n')).toHaveLength(3)
  expect(lines.match(/\[redacted\]/g)).toHaveLength(4)
  expect(lines).not.toContain(secret.slice(0, 16))
  expect(watch.has(lines)).toBe(false)
})
