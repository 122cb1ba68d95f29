import { hash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Json, JsonObject } from '../../kernel/json.ts'
import { attestationsAddress, provenanceRefusal, verifyProvenance } from './provenance.ts'
import {
  type BuildOptions,
  COMMIT,
  createAuthority,
  GITHUB,
  REPOSITORY,
} from './testing/authority.ts'
import { readTrust, shippedTrust } from './trust.ts'

const authority = createAuthority()
const trust = readTrust(authority.root, authority.keys)
const archive = Buffer.from('the bytes of an archive')
const integrity = `sha512-${hash('sha512', archive, 'base64')}`
const sha512 = hash('sha512', archive)

const V02 = 'https://slsa.dev/provenance/v0.2'
const V1 = 'https://slsa.dev/provenance/v1'
const PUBLISH = 'https://github.com/npm/attestation/tree/main/specs/publish/v0.1'
const VERIFIED = {
  kind: 'verified',
  repository: REPOSITORY,
  builder: 'https://github.com/actions/runner/github-hosted',
  commit: COMMIT,
}

const subject = [{ name: 'pkg:npm/%40acme/files@1.2.3', digest: { sha512 } }]
const builder = { id: VERIFIED.builder }

/** Statements as npm's publishing client makes them, one for each version of the predicate. */
const v1 = {
  _type: 'https://in-toto.io/Statement/v1',
  subject,
  predicateType: V1,
  predicate: {
    buildDefinition: {
      buildType: 'https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1',
      externalParameters: {
        workflow: {
          ref: 'refs/heads/main',
          repository: REPOSITORY,
          path: '.github/workflows/r.yml',
        },
      },
      resolvedDependencies: [
        { uri: `git+${REPOSITORY}@refs/heads/main`, digest: { gitCommit: COMMIT } },
      ],
    },
    runDetails: { builder, metadata: { invocationId: `${REPOSITORY}/actions/runs/1/attempts/1` } },
  },
}
const v02 = {
  _type: 'https://in-toto.io/Statement/v0.1',
  subject,
  predicateType: V02,
  predicate: {
    buildType: 'https://github.com/npm/cli/gha/v2',
    builder,
    invocation: {
      configSource: {
        uri: `git+${REPOSITORY}@refs/heads/main`,
        digest: { sha1: COMMIT },
        entryPoint: '.github/workflows/r.yml',
      },
    },
  },
}
const published = {
  _type: 'https://in-toto.io/Statement/v0.1',
  subject,
  predicateType: PUBLISH,
  predicate: { name: '@acme/files', version: '1.2.3', registry: 'https://registry.example.test' },
}

const attested = (predicateType: string, bundle: Json): JsonObject => ({ predicateType, bundle })
const built = (statement: Json = v1, options?: BuildOptions): JsonObject =>
  attested(
    (statement as { predicateType: string }).predicateType,
    authority.attest(statement, options),
  )
const check = (...attestations: readonly Json[]) =>
  verifyProvenance({
    ...{ name: '@acme/files', version: '1.2.3', integrity, trust },
    attestations: JSON.stringify({ attestations }),
  })
const refused = (reason: string) => ({ kind: 'unverified', reason })

/** A copy with the value at a path replaced. */
function altered(json: JsonObject, path: string, to: (before: never) => unknown): JsonObject {
  const copy = structuredClone(json)
  const keys = path.split('.')
  const last = keys.pop() ?? ''
  let at: Record<string, never> = copy as never
  for (const key of keys) at = at[key] as never
  at[last] = to(at[last] as never) as never
  return copy
}

/** Base64 with its bytes changed in one place. */
const flipped = (text: string): string => {
  const bytes = Buffer.from(text, 'base64')
  bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 1
  return bytes.toString('base64')
}

test.each([
  ['SLSA 1', v1],
  ['SLSA 0.2', v02],
])('a build that attests by %s is verified', (_, statement) => {
  expect(check(built(statement), attested(PUBLISH, authority.publish(published)))).toEqual(VERIFIED)
})

test("a build of GitLab's is verified by GitLab's word", () => {
  const repository = 'https://gitlab.com/acme/tools'
  const runner = `${repository}/-/runners/12`
  const statement = {
    ...v02,
    predicate: {
      buildType: 'https://github.com/npm/cli/gitlab/v0alpha1',
      builder: { id: runner },
      invocation: { configSource: { uri: `git+${repository}`, digest: { sha1: COMMIT } } },
    },
  }
  const fulcio = new Map([
    [8, 'https://gitlab.com'],
    [12, repository],
    [13, COMMIT],
  ])
  const uri = `${repository}//.gitlab-ci.yml@refs/heads/main`
  const expected = { kind: 'verified', repository, builder: runner, commit: COMMIT }
  expect(check(built(statement, { fulcio, uri }))).toEqual(expected)
})

test('a certificate of before names the repository in another way', () => {
  const fulcio = new Map([
    [1, 'https://token.actions.githubusercontent.com'],
    [3, COMMIT],
    [5, 'acme/tools'],
  ])
  expect(check(built(v02, { fulcio }))).toEqual(VERIFIED)
  expect(check(built(v02, { fulcio: new Map([...fulcio, [5, 'other/tools']]) }))).toEqual(
    refused('repository_mismatch'),
  )
})

test('nothing said is absent, and so is a mere publication', () => {
  const said = { name: '@acme/files', version: '1.2.3', integrity }
  expect(verifyProvenance({ ...said, attestations: undefined })).toEqual({ kind: 'absent' })
  expect(check()).toEqual({ kind: 'absent' })
  expect(check(attested(PUBLISH, authority.publish(published)))).toEqual({ kind: 'absent' })
})

test.each([
  ['the name', 'subject.0.name', () => 'pkg:npm/%40acme/other@1.2.3', 'subject_mismatch'],
  ['the version', 'subject.0.name', () => 'pkg:npm/%40acme/files@1.2.4', 'subject_mismatch'],
  ['the archive', 'subject.0.digest.sha512', () => 'a'.repeat(128), 'subject_mismatch'],
  ['no archive', 'subject', () => [], 'statement_malformed'],
  ['a second archive', 'subject', () => [...subject, ...subject], 'statement_malformed'],
  ['another form', '_type', () => 'https://in-toto.io/Statement/v9', 'statement_malformed'],
  [
    'another repository',
    'predicate.buildDefinition.externalParameters.workflow.repository',
    () => 'https://github.com/acme/other',
    'repository_mismatch',
  ],
  [
    'another commit',
    'predicate.buildDefinition.resolvedDependencies.0.digest.gitCommit',
    () => 'f'.repeat(40),
    'commit_mismatch',
  ],
  [
    'another machine',
    'predicate.runDetails.builder.id',
    () => 'https://github.com/actions/runner/self-hosted',
    'builder_mismatch',
  ],
  [
    'another builder',
    'predicate.runDetails.builder.id',
    () => 'https://build.example.test',
    'builder_mismatch',
  ],
  ['no builder', 'predicate.runDetails', () => ({}), 'predicate_malformed'],
])('a statement well signed about %s is not about this build', (_, path, to, reason) => {
  expect(check(built(altered(v1, path, to)))).toEqual(refused(reason))
})

const CERTIFICATE = 'bundle.verificationMaterial.certificate.rawBytes'
const ENTRY = 'bundle.verificationMaterial.tlogEntries.0'
const SIGNATURE = 'bundle.dsseEnvelope.signatures.0.sig'

test.each([
  [
    'the payload',
    'bundle.dsseEnvelope.payload',
    (was: string) => Buffer.from(was, 'base64').toString().replace('acme', 'evil'),
    'log_entry_invalid',
  ],
  ['the signature', SIGNATURE, flipped, 'log_entry_invalid'],
  ['the certificate', CERTIFICATE, flipped, 'certificate_untrusted'],
  ['what the log holds', `${ENTRY}.canonicalizedBody`, flipped, 'log_entry_invalid'],
  [
    'when the log took it',
    `${ENTRY}.integratedTime`,
    (was: string) => String(Number(was) + 1),
    'log_entry_invalid',
  ],
  [
    "the log's promise",
    `${ENTRY}.inclusionPromise.signedEntryTimestamp`,
    flipped,
    'log_entry_invalid',
  ],
  [
    "the log's proof",
    `${ENTRY}.inclusionProof.checkpoint.envelope`,
    (was: string) => was.replace('\n1\n', '\n2\n'),
    'log_entry_invalid',
  ],
  ['the form', 'bundle.mediaType', () => 'text/plain', 'attestations_malformed'],
  [
    'the kind of payload',
    'bundle.dsseEnvelope.payloadType',
    () => 'text/plain',
    'attestations_malformed',
  ],
  ['what the registry calls it', 'predicateType', () => V02, 'predicate_mismatch'],
  ['no log', 'bundle.verificationMaterial.tlogEntries', () => [], 'time_unproven'],
  ['no time', `${ENTRY}.inclusionPromise`, () => undefined, 'time_unproven'],
  [
    'many entries of logs',
    'bundle.verificationMaterial.tlogEntries',
    (was: Json[]) => Array.from({ length: 9 }, () => was[0]),
    'attestations_malformed',
  ],
  [
    'a second signature',
    'bundle.dsseEnvelope.signatures',
    (was: Json[]) => [...was, ...was],
    'attestations_malformed',
  ],
])('a bundle changed in %s proves nothing', (_, path, to, reason) => {
  const genuine = built()
  expect(check(genuine)).toEqual(VERIFIED)
  expect(check(altered(genuine, path, to as never))).toEqual(refused(reason))
})

test('the key of one bundle does not speak for another', () => {
  const [one, other] = [built(), built()]
  const certificate = (json: JsonObject): unknown =>
    CERTIFICATE.split('.').reduce<unknown>((at, key) => (at as JsonObject)[key], json)
  const mixed = altered(one, CERTIFICATE, () => certificate(other))
  expect(check(mixed)).toEqual(refused('signature_invalid'))
})

test.each([
  [
    'another issuer',
    { fulcio: new Map([...GITHUB, [8, 'https://accounts.example.test']]) },
    'issuer_unknown',
  ],
  [
    'an issuer that reads alike',
    {
      fulcio: new Map([...GITHUB, [8, 'https://token.actions.githubusercontent.com.example.test']]),
    },
    'issuer_unknown',
  ],
  [
    'another repository',
    { fulcio: new Map([...GITHUB, [12, 'https://github.com/acme/other']]) },
    'repository_mismatch',
  ],
  [
    'a repository that reads alike',
    { fulcio: new Map([...GITHUB, [12, `${REPOSITORY}-x`]]) },
    'repository_mismatch',
  ],
  [
    'a repository elsewhere',
    { fulcio: new Map([...GITHUB, [12, 'https://gitlab.com/acme/tools']]) },
    'identity_missing',
  ],
  ['another commit', { fulcio: new Map([...GITHUB, [13, 'f'.repeat(40)]]) }, 'commit_mismatch'],
  [
    'a machine of somebody',
    { fulcio: new Map([...GITHUB, [11, 'self-hosted']]) },
    'builder_mismatch',
  ],
  [
    'no repository',
    { fulcio: new Map([[8, 'https://token.actions.githubusercontent.com']]) },
    'identity_missing',
  ],
  ['a person', { uri: 'mailto:someone@example.test' }, 'identity_missing'],
  ['a build long after its end', { usedAfter: 601 }, 'certificate_untrusted'],
  ['a build before its beginning', { usedAfter: -1 }, 'certificate_untrusted'],
])('a certificate of %s proves nothing', (_, options, reason) => {
  expect(check(built(v1, options))).toEqual(refused(reason))
})

test('an authority of somebody else proves nothing', () => {
  const other = createAuthority()
  const theirs = (bundle: JsonObject): JsonObject => attested(V1, bundle)
  expect(check(theirs(other.attest(v1)))).toEqual(refused('certificate_untrusted'))
  const said = { name: '@acme/files', version: '1.2.3', integrity }
  const attestations = JSON.stringify({ attestations: [built()] })
  expect(verifyProvenance({ ...said, attestations })).toEqual(refused('certificate_untrusted'))
  const root = JSON.parse(authority.root) as Record<string, Json>
  const otherLog = readTrust(
    JSON.stringify({ ...root, ctlogs: (JSON.parse(other.root) as JsonObject)['ctlogs'] }),
  )
  expect(verifyProvenance({ ...said, attestations, trust: otherLog })).toEqual(
    refused('certificate_untrusted'),
  )
})

test('one attestation that fails spoils the others', () => {
  const elsewhere = altered(published, 'subject.0.digest.sha512', () => 'a'.repeat(128))
  expect(check(built(), attested(PUBLISH, authority.publish(elsewhere)))).toEqual(
    refused('subject_mismatch'),
  )
  expect(check(built(), attested(PUBLISH, authority.publish(published, 'SHA256:other')))).toEqual(
    refused('key_unknown'),
  )
})

test("the registry's key says nothing of where it was built", () => {
  expect(check(attested(V1, authority.publish(v1)))).toEqual(refused('identity_missing'))
})

test('two builds that contradict each other prove nothing', () => {
  const repository = 'https://github.com/acme/other'
  const path = 'predicate.buildDefinition.externalParameters.workflow.repository'
  const second = built(
    altered(v1, path, () => repository),
    {
      fulcio: new Map([...GITHUB, [12, repository]]),
    },
  )
  expect(check(built(), second)).toEqual(refused('provenance_ambiguous'))
})

test('what is no answer of a registry is refused', () => {
  const said = { name: '@acme/files', version: '1.2.3', integrity, trust }
  for (const attestations of [
    '',
    '{',
    '[]',
    'null',
    '{"attestations":{}}',
    '{"attestations":[{}]}',
  ])
    expect(verifyProvenance({ ...said, attestations })).toEqual(refused('attestations_malformed'))
  const attestations = JSON.stringify({ attestations: [built()], padding: 'x'.repeat(600_000) })
  expect(verifyProvenance({ ...said, attestations })).toEqual(refused('attestations_too_large'))
})

test.each(['sha1-AAAA', `${integrity} ${integrity}`, integrity.replace('sha512', 'sha384'), ''])(
  'integrity `%s` is held against nothing',
  (other) => {
    const attestations = JSON.stringify({ attestations: [built()] })
    const said = { name: '@acme/files', version: '1.2.3', attestations, trust }
    expect(verifyProvenance({ ...said, integrity: other })).toEqual(refused('integrity_unusable'))
  },
)

test('what does not verify is refused whatever the wish, what is absent where it is required', () => {
  const unverified = { kind: 'unverified', reason: 'signature_invalid' } as const
  const verified = { kind: 'verified', repository: REPOSITORY, builder: 'x' } as const
  expect(provenanceRefusal(unverified, 'optional')).toBe('provenance_invalid')
  expect(provenanceRefusal(unverified, 'required')).toBe('provenance_invalid')
  expect(provenanceRefusal({ kind: 'absent' }, 'required')).toBe('provenance_missing')
  expect(provenanceRefusal({ kind: 'absent' }, 'optional')).toBeUndefined()
  expect(provenanceRefusal(verified, 'required')).toBeUndefined()
})

test('the shipped trust has authorities and logs, and the address is that of npm', () => {
  const { certificateAuthorities, tlogs, ctlogs } = shippedTrust()
  for (const list of [certificateAuthorities, tlogs, ctlogs]) expect(list.length).toBeGreaterThan(0)
  expect(attestationsAddress('https://registry.example.test', '@acme/files', '1.2.3')).toBe(
    'https://registry.example.test/-/npm/v1/attestations/%40acme%2ffiles@1.2.3',
  )
})

test.each(['', '{}', '[]', '{"tlogs":[],"ctlogs":[],"certificateAuthorities":[]}'])(
  'trusted root `%s` is refused',
  (root) => {
    expect(() => readTrust(root)).toThrow('the trusted root cannot be read')
  },
)
