import { describe, expect, test } from 'vitest'
import { checkNeighbour, isLoopback, neighbours } from './host-origin.ts'

describe('loopback', () => {
  test.each(['localhost', '127.0.0.1', '127.8.9.1', '::1'])('%s is', (host) => {
    expect(isLoopback(host)).toBe(true)
  })
  test.each(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.evil.example', 'localhost.evil.example', ''])(
    '%s is not',
    (host) => {
      expect(isLoopback(host)).toBe(false)
    },
  )
})

describe('defaults', () => {
  const known = neighbours({}, 'http', 7800)

  test.each(['localhost:7800', 'LOCALHOST:7800', '127.0.0.1:7800', '[::1]:7800'])(
    'host %s is taken',
    (host) => {
      expect(() => checkNeighbour(known, host, undefined)).not.toThrow()
      expect(() => checkNeighbour(known, host, `http://${host}`)).not.toThrow()
    },
  )

  test.each([undefined, '', 'localhost', 'localhost:1', 'evil.example', 'evil.example:7800'])(
    'host %s is refused',
    (host) => {
      expect(() => checkNeighbour(known, host, undefined)).toThrow(
        expect.objectContaining({ code: 'host_refused' }),
      )
    },
  )

  test.each(['null', '', 'http://evil.example', 'https://localhost:7800', 'http://localhost:7801'])(
    'origin %s is refused',
    (origin) => {
      expect(() => checkNeighbour(known, 'localhost:7800', origin)).toThrow(
        expect.objectContaining({ code: 'origin_refused' }),
      )
    },
  )

  test('a scheme has a port of its own', () => {
    const tls = neighbours({}, 'https', 443)
    expect(() => checkNeighbour(tls, 'localhost', 'https://localhost')).not.toThrow()
  })
})

test('what the operator lists replaces the defaults', () => {
  const known = neighbours(
    { allowedHosts: ['mcp.example.com'], allowedOrigins: ['https://App.example.com'] },
    'http',
    7800,
  )
  expect(() => checkNeighbour(known, 'mcp.example.com', 'https://app.example.com')).not.toThrow()
  expect(() => checkNeighbour(known, 'localhost:7800', undefined)).toThrow('not served here')
})
