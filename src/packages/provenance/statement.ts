import { z } from 'zod'
import { Unverified } from './unverified.ts'

/** What was signed: that a predicate holds of an archive (in-toto attestation framework). */
export interface Statement {
  readonly predicateType: string
  readonly subject: { readonly name: string; readonly sha512: string }
  readonly predicate: unknown
}

const STATEMENT = z.object({
  _type: z.enum(['https://in-toto.io/Statement/v0.1', 'https://in-toto.io/Statement/v1']),
  subject: z
    .array(
      z.object({
        name: z.string(),
        digest: z.object({ sha512: z.string().regex(/^[0-9a-f]{128}$/) }),
      }),
    )
    .length(1),
  predicateType: z.string(),
  predicate: z.unknown(),
})

/** Reads a payload whose signature was verified. A statement about several archives is none of a package. */
export function readStatement(payload: Uint8Array): Statement {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(payload)
    const { subject, predicateType, predicate } = STATEMENT.parse(JSON.parse(text))
    const [only] = subject
    if (only === undefined) throw new Unverified('statement_malformed')
    return { predicateType, predicate, subject: { name: only.name, sha512: only.digest.sha512 } }
  } catch (cause) {
    throw new Unverified('statement_malformed', { cause })
  }
}
