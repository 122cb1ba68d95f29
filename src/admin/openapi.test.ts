import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, test } from 'vitest'
import { ROLE_PERMISSIONS, ROLES } from '../kernel/role.ts'
import { openApiDocument } from './openapi.ts'
import { OPERATIONS } from './operations.ts'
import { ask, serveApi } from './testing/served.ts'

serveApi()

interface Described {
  readonly operationId: string
  readonly 'x-permission': string
  readonly 'x-roles': readonly string[]
  readonly security: readonly object[]
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly requestBody?: object
  readonly responses: Readonly<Record<string, object>>
}

const { paths } = openApiDocument() as unknown as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
}
const described = Object.values(paths).flatMap((methods) => Object.values(methods))

describe('the description of the API', () => {
  test('is OpenAPI 3.1, as its schema says', async () => {
    const validator = new Validator()
    const { valid, errors } = await validator.validate(openApiDocument() as never)
    expect(errors ?? []).toEqual([])
    expect([valid, validator.version]).toEqual([true, '3.1'])
  })

  test('tells of every operation, and who may do it', () => {
    const told = new Map(described.map((one) => [one.operationId, one]))
    expect(told.size).toBe(OPERATIONS.length + 2)
    for (const { id, needs, path } of OPERATIONS) {
      const one = told.get(id)
      expect(one?.['x-permission'], id).toBe(needs)
      expect(one?.['x-roles'], id).toEqual(
        ROLES.filter((role) => ROLE_PERMISSIONS[role].includes(needs)),
      )
      expect(one?.security, id).toHaveLength(2)
      const inPath = one?.parameters?.filter((parameter) => parameter.in === 'path') ?? []
      expect(
        inPath.map(({ name }) => `{${name}}`),
        id,
      ).toEqual(path.match(/\{\w+\}/g) ?? [])
      expect(Object.keys(one?.responses ?? {}), id).toContain('default')
    }
  })

  test('says what goes in: bodies without what stands in the path, moments as texts', () => {
    const body = JSON.stringify(paths['/users/{id}/groups']?.['put']?.requestBody)
    expect(body).toContain('"groups"')
    expect(body).not.toContain('"id"')
    const since = paths['/users']?.['get']?.parameters?.find(({ name }) => name === 'unusedSince')
    expect(since).toMatchObject({ in: 'query', schema: { type: 'string', format: 'date-time' } })
    expect(paths['/users/{id}/disable']?.['post']?.requestBody).toBeUndefined()
  })

  test('is served to whoever has a role, and to nobody else', async () => {
    const { status, json } = await ask('GET', '/openapi.json', { as: 'member' })
    expect(status).toBe(200)
    expect(json).toEqual(JSON.parse(JSON.stringify(openApiDocument())))
    expect((await ask('GET', '/openapi.json', { as: 'agent' })).status).toBe(403)
    expect((await ask('POST', '/openapi.json')).status).toBe(405)
  })
})
