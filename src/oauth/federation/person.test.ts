import { describe, expect, test } from 'vitest'
import { type Person, readPerson } from './person.ts'
import type { GroupSettings, Requirements } from './settings.ts'

/** Claims in the shapes that the vendors' documents give. */
const ENTRA = {
  aud: '6cb04018-a3f5-46a7-b995-940c78f5aef3',
  iss: 'https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0',
  groups: ['0a1f8f5c-5a7d-4c0f-9d5e-1f0f7ad0f5c1', 'ffd2c1de-5f6f-4df5-8c8b-9aa7c1c0b9a2'],
  name: 'Abe Lincoln',
  oid: '00000000-0000-0000-66f3-3332eca7ea81',
  preferred_username: 'abelinc@contoso.example',
  sub: 'AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ',
  tid: '72f988bf-86f1-41af-91ab-2d7cd011db47',
  ver: '2.0',
}
const ENTRA_OVERAGE = {
  ...ENTRA,
  groups: undefined,
  _claim_names: { groups: 'src1' },
  _claim_sources: {
    src1: { endpoint: 'https://graph.microsoft.com/v1.0/users/x/getMemberObjects' },
  },
}
const OKTA = {
  sub: '00uid4BxXw6I6TV4m0g3',
  name: 'John Doe',
  preferred_username: 'john.doe@acme.example',
  amr: ['pwd', 'mfa', 'okta_verify'],
  groups: ['Everyone', 'Engineering'],
}
const KEYCLOAK = {
  sub: 'b9f4a0a2-3a66-4bde-9b0a-5b7f8f0f4d7a',
  acr: '1',
  azp: 'bailiwick',
  realm_access: { roles: ['offline_access', 'developer', 'uma_authorization'] },
  resource_access: { account: { roles: ['manage-account'] } },
  groups: ['/staff/engineering'],
  given_name: 'Jane',
  family_name: 'Roe',
}
const GOOGLE = {
  sub: '110169484474386276334',
  hd: 'acme.example',
  email: 'jsmith@acme.example',
  email_verified: true,
  name: 'J. Smith',
}

function read(claims: object, groups?: GroupSettings, require?: Requirements) {
  return readPerson(
    { ...(groups && { groups }), ...(require && { require }) },
    JSON.parse(JSON.stringify(claims)),
  )
}

function person(claims: object, groups?: GroupSettings): Person {
  const answer = read(claims, groups)
  if (!('person' in answer)) throw new Error(answer.reason)
  return answer.person
}

describe('vendors', () => {
  test('Entra: groups by id', () => {
    const map = { 'ffd2c1de-5f6f-4df5-8c8b-9aa7c1c0b9a2': 'engineering', other: 'owners' }
    expect(person(ENTRA, { claim: ['groups'], map })).toEqual({
      subject: ENTRA.sub,
      name: 'Abe Lincoln',
      groups: ['engineering'],
      groupsUnknown: false,
      methods: ['fed'],
    })
  })

  test.each([
    ['elsewhere', ENTRA_OVERAGE],
    ['somewhere', { ...ENTRA, groups: undefined, hasgroups: true }],
    ['somewhere, in words', { ...ENTRA, groups: undefined, hasgroups: 'true' }],
  ])('Entra: groups that stand %s are unknown, so there are none', (_where, claims) => {
    const map = Object.fromEntries(ENTRA.groups.map((id) => [id, 'engineering']))
    const { groups, groupsUnknown } = person(claims, { claim: ['groups'], map })
    expect({ groups, groupsUnknown }).toEqual({ groups: [], groupsUnknown: true })
    expect(person({ ...ENTRA, groups: undefined }, { claim: ['groups'], map })).toMatchObject({
      groups: [],
      groupsUnknown: false,
    })
  })

  test('Okta: groups by name, methods as far as they are known', () => {
    const map = { Engineering: 'engineering', everyone: 'owners' }
    expect(person(OKTA, { claim: ['groups'], map })).toMatchObject({
      groups: ['engineering'],
      methods: ['fed', 'pwd', 'mfa'],
    })
  })

  test('Keycloak: roles of the realm, of a client, and group paths', () => {
    const groups = (claim: string[], map: Record<string, string>) =>
      person(KEYCLOAK, { claim, map }).groups
    expect(groups(['realm_access', 'roles'], { developer: 'engineering' })).toEqual(['engineering'])
    expect(groups(['resource_access', 'account', 'roles'], { 'manage-account': 'a' })).toEqual([
      'a',
    ])
    expect(groups(['groups'], { '/staff/engineering': 'engineering' })).toEqual(['engineering'])
    expect(groups(['realm_access.roles'], { developer: 'engineering' })).toEqual([])
    expect(person(KEYCLOAK).name).toBe('Jane Roe')
  })

  test('Google: the domain stands in `hd`, never in the address', () => {
    const require = { claims: { hd: ['acme.example'] } }
    expect(read(GOOGLE, undefined, require)).toHaveProperty('person.subject', GOOGLE.sub)
    const stranger = { ...GOOGLE, hd: undefined, sub: '42' }
    expect(read(stranger, undefined, require)).toMatchObject({ kind: 'unmet' })
  })
})

describe('requirements', () => {
  const require = { claims: { tid: [ENTRA.tid] }, acr: ['1', '2'], amr: ['mfa', 'hwk'] }
  const good = { ...ENTRA, acr: '2', amr: ['pwd', 'mfa'] }

  test('are met exactly', () => {
    expect(read(good, undefined, require)).toHaveProperty('person')
  })

  test.each([
    ['another tenant', { tid: 'f8cdef31-a31e-4b4a-93e4-5f571e91255a' }],
    ['no tenant', { tid: undefined }],
    ['a tenant that begins like ours', { tid: `${ENTRA.tid}.evil.example` }],
    ['our tenant among several', { tid: [ENTRA.tid] }],
    ['our tenant in capitals', { tid: ENTRA.tid.toUpperCase() }],
    ['a weaker class', { acr: '0' }],
    ['no class', { acr: undefined }],
    ['several classes', { acr: ['1'] }],
    ['no second factor', { amr: ['pwd'] }],
    ['methods in one text', { amr: 'mfa' }],
    ['no methods', { amr: undefined }],
  ])('are not met with %s', (_what, claims) => {
    expect(read({ ...good, ...claims }, undefined, require)).toMatchObject({ kind: 'unmet' })
  })

  test('of a name that every object has are not met by that', () => {
    expect(read(good, undefined, { claims: { constructor: ['Object'] } })).toMatchObject({
      kind: 'unmet',
    })
  })
})

describe('groups', () => {
  const map = { a: 'ours', b: 'ours', c: 'others' }
  const groups = (value: unknown) => person({ sub: 's', g: value }, { claim: ['g'], map }).groups

  test('are those that are mapped, each once', () => {
    expect(groups(['b', 'a', 'c', 'd', 'A', ' a'])).toEqual(['others', 'ours'])
    expect(groups('a')).toEqual(['ours'])
  })

  test.each([
    [null],
    [7],
    [{ a: true }],
    ['a,b'],
    [[['a']]],
    [['constructor', '__proto__', 'toString']],
  ])('of another form are none: %j', (value) => {
    expect(groups(value)).toEqual([])
  })

  test('are read from own members alone', () => {
    expect(
      person({ sub: 's' }, { claim: ['__proto__', 'constructor', 'name'], map: { Object: 'x' } })
        .groups,
    ).toEqual([])
  })
})

describe('names', () => {
  test.each([
    ['Ada\u202e ecalevoL\u0000\n<b>', 'Ada ecalevoL <b>'],
    ['\u200b\u2066', 'subject'],
    ['  A \t\n B  ', 'A B'],
    ['x'.repeat(5_000), 'x'.repeat(100)],
    ['👩'.repeat(200), '👩'.repeat(100)],
    [7, 'subject'],
  ])('of others are cleaned: %j', (name, clean) => {
    expect(person({ sub: 'subject', name }).name).toBe(clean)
  })

  test('an address is no name', () => {
    expect(person({ sub: 'subject', email: 'ada@acme.example' }).name).toBe('subject')
  })
})
