import { fault } from './fault.ts'
import type { Ip } from './value.ts'

const MALFORMED = 'an IP address is malformed'

/**
 * Cedar's `ip("…")`: an IPv4 or IPv6 address or CIDR range; no IPv4 inside IPv6, no zone, no
 * leading zeros in decimal parts. @throws {Fault} for anything else.
 */
export function parseIp(text: string): Ip {
  // The longest form has 43 characters; the cut keeps everything below constant.
  const [, address = '', , prefix] = /^([^/]{1,39})(\/(.{1,3}))?$/s.exec(text) ?? fault(MALFORMED)
  const version = address.includes(':') ? 6 : 4
  const bits = version === 4 ? 32 : 128
  return {
    kind: 'ip',
    version,
    address: version === 4 ? parseIpv4(address) : parseIpv6(address),
    prefix: prefix === undefined ? bits : parsePrefix(prefix, bits),
  }
}

function parsePrefix(text: string, bits: number): number {
  if (!/^(0|[1-9][0-9]{0,2})$/.test(text) || Number(text) > bits) fault(MALFORMED)
  return Number(text)
}

function parseIpv4(text: string): bigint {
  const parts = text.split('.')
  const wellFormed = parts.length === 4 && parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part))
  if (!wellFormed || parts.some((part) => Number(part) > 255)) fault(MALFORMED)
  return parts.reduce((address, part) => (address << 8n) | BigInt(part), 0n)
}

function parseIpv6(text: string): bigint {
  const [head = '', tail, ...rest] = text.split('::')
  if (rest.length > 0) fault(MALFORMED)
  const [left, right] = [groups(head), groups(tail ?? '')]
  const missing = 8 - left.length - right.length
  if (tail === undefined ? missing !== 0 : missing < 1) fault(MALFORMED)
  const all = [...left, ...Array<bigint>(missing).fill(0n), ...right]
  return all.reduce((address, group) => (address << 16n) | group, 0n)
}

function groups(text: string): readonly bigint[] {
  if (text === '') return []
  return text.split(':').map((group) => {
    if (!/^[0-9a-fA-F]{1,4}$/.test(group)) fault(MALFORMED)
    return BigInt(`0x${group}`)
  })
}

/** Whether every address of `inner` lies in `outer`. False across versions. */
export function isInRange(inner: Ip, outer: Ip): boolean {
  if (inner.version !== outer.version) return false
  const [from, to] = bounds(inner)
  const [lowest, highest] = bounds(outer)
  return lowest <= from && to <= highest
}

function bounds({ version, address, prefix }: Ip): readonly [bigint, bigint] {
  const host = (1n << BigInt((version === 4 ? 32 : 128) - prefix)) - 1n
  return [address & ~host, address | host]
}

/** 127.0.0.0/8 and ::1; false for a range that holds more. */
export function isLoopback({ version, address, prefix }: Ip): boolean {
  return version === 4 ? address >> 24n === 127n && prefix >= 8 : address === 1n && prefix === 128
}

/** 224.0.0.0/4 and ff00::/8; false for a range that holds more. */
export function isMulticast({ version, address, prefix }: Ip): boolean {
  return version === 4
    ? address >> 28n === 14n && prefix >= 4
    : address >> 120n === 255n && prefix >= 8
}
