import { describe, expect, test } from 'vitest'
import { checkAddresses } from './check-addresses.ts'

const PUBLIC = ['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946', '8.8.8.8', '::ffff:8.8.8.8']

/** One address of every range that the internet at large does not reach, or reaches otherwise. */
const NEVER = [
  '0.0.0.0',
  '0.1.2.3',
  '169.254.169.254',
  '192.0.0.8',
  '192.0.2.1',
  '192.88.99.1',
  '198.18.0.1',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '100.100.100.200',
  '168.63.129.16',
  '::',
  '::ffff:169.254.169.254',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b:1::7f00:1',
  '2002:7f00:1::',
  '2002:808:808::1',
  '2001:0:4136:e378:8000:63bf:3fff:fdd2',
  '2001:db8::1',
  '2001:2::1',
  '3fff::1',
  '100::1',
  'fe80::1',
  'fe80::1%eth0',
  'ff02::1',
  'fd00:ec2::254',
  '4000::1',
  '::7f00:1',
  '',
  'not-an-address',
  '127.1',
]
const PRIVATE = [
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '127.0.0.1',
  '127.9.9.9',
  '::1',
  'fd12:3456::1',
  '::ffff:10.0.0.1',
  '::ffff:127.0.0.1',
  '2600::5efe:10.0.0.1',
]

describe('addresses of a host', () => {
  test('public ones pass, in canonical form, once each', () => {
    expect(checkAddresses(PUBLIC, 'public')).toEqual(PUBLIC.slice(0, 3))
  })

  test.each([...NEVER, ...PRIVATE])('%s spoils every answer that it is in', (address) => {
    for (const answer of [[address], [...PUBLIC, address], [address, ...PUBLIC]])
      expect(() => checkAddresses(answer, 'public')).toThrow(
        'the host is not on the public internet',
      )
  })

  test.each(PRIVATE)('%s passes for a host that the operator named', (address) => {
    expect(checkAddresses([address], 'named')).toHaveLength(1)
  })

  test.each(NEVER)('%s does not pass for a host that the operator named', (address) => {
    expect(() => checkAddresses([address, ...PRIVATE], 'named')).toThrow(
      'not on the public internet',
    )
  })

  test('the refusal does not say which address it was', () => {
    try {
      checkAddresses(['10.1.2.3'], 'public')
    } catch (error) {
      const { message, detail, data } = error as Error & { detail: string; data: unknown }
      expect([message, data]).toEqual(['the host is not on the public internet', undefined])
      expect(detail).toContain('10.1.2.3')
    }
    expect.assertions(2)
  })

  test('an answer is bounded', () => {
    const many = Array.from({ length: 33 }, (_, index) => `8.8.4.${index}`)
    expect(() => checkAddresses(many, 'public')).toThrow('the host has too many addresses')
    expect(checkAddresses(many.slice(1), 'public')).toHaveLength(32)
  })
})
