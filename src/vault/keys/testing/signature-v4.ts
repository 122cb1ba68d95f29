import { createHash, createHmac } from 'node:crypto'
import type { Asked } from './serve.ts'

/**
 * Checks a signature as AWS does, step by step (AWS Signature Version 4), with nothing of whoever made it.
 *
 * @throws Error for one that is not right.
 */
export function checkSignature(asked: Asked, secret: string): { readonly keyId: string } {
  const { method, url, headers, body } = asked
  const pattern =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/
  const [, keyId = '', date = '', region = '', api = '', signed = '', signature] =
    pattern.exec(headers.authorization ?? '') ?? []
  const names = signed.split(';')
  for (const needed of ['host', 'x-amz-date', 'x-amz-target', 'content-type'])
    if (!names.includes(needed)) throw new Error(`${needed} is not signed`)
  const time = String(headers['x-amz-date'])
  if (!time.startsWith(date)) throw new Error('of another day')
  const canonical = [
    ...[method, url.pathname, url.searchParams.toString()],
    ...names.map((name) => `${name}:${String(headers[name]).trim().replace(/ +/g, ' ')}`),
    ...['', signed, sha(body)],
  ].join('\n')
  const scope = `${date}/${region}/${api}/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha(canonical)].join('\n')
  const parts = [date, region, api, 'aws4_request']
  const key = parts.reduce<Buffer>((from, part) => mac(from, part), Buffer.from(`AWS4${secret}`))
  if (mac(key, toSign).toString('hex') !== signature) throw new Error('SignatureDoesNotMatch')
  return { keyId }
}

function sha(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function mac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
