import { beforeEach, expect, test } from 'vitest'
import { askedOfCanaries, DECOY } from '../testing/canaries.ts'
import { ask, serveApi } from '../testing/served.ts'

serveApi()
beforeEach(() => void askedOfCanaries.splice(0))

const PLANT = { kind: 'api-key', place: 'a note' }

test('decoys are listed in pages, and what they are is told to who plants one alone', async () => {
  const first = await ask('GET', '/canaries?limit=2', { as: 'runner' })
  expect(first.json.items).toMatchObject([{ id: 'c-3' }, { id: 'c-2', sightings: 1 }])
  const rest = await ask('GET', `/canaries?limit=2&cursor=${first.json.next}`)
  expect(rest.json).toMatchObject({ items: [{ id: 'c-1' }] })
  expect(JSON.stringify([first.json, rest.json])).not.toContain(DECOY)
  const { status, json } = await ask('POST', '/canaries', { body: PLANT, as: 'runner' })
  expect(status).toBe(201)
  expect(json).toMatchObject({ canary: { id: 'c-9', place: 'a note' }, value: DECOY })
  expect(askedOfCanaries).toMatchObject([[{ subject: 'user:dee' }, PLANT]])
})

test('sightings are of one decoy, or of all', async () => {
  const all = await ask('GET', '/canary-sightings')
  expect(all.json.items).toMatchObject([{ id: 's-2', stopped: true }, { id: 's-1' }])
  expect((await ask('GET', '/canary-sightings?canary=c-1')).json.items).toEqual([])
})

test('a decoy is retired in the name of who asks', async () => {
  const { json } = await ask('POST', '/canaries/c-1/retire', { body: {} })
  expect(json.canary).toMatchObject({ id: 'c-1', retired: expect.stringMatching(/Z$/) })
  expect(askedOfCanaries).toMatchObject([[{ subject: 'user:ann' }, 'c-1']])
  expect((await ask('POST', '/canaries/none/retire', { body: {} })).status).toBe(404)
})

test.each(['member', 'auditor', 'approver'])('%s plants and retires nothing', async (as) => {
  expect((await ask('POST', '/canaries', { body: PLANT, as })).status).toBe(403)
  expect((await ask('POST', '/canaries/c-1/retire', { body: {}, as })).status).toBe(403)
  expect((await ask('GET', '/canaries', { as })).status).toBe(as === 'member' ? 403 : 200)
  expect(askedOfCanaries).toEqual([])
})

test.each([
  { ...PLANT, kind: 'gold' },
  { ...PLANT, place: '' },
  { ...PLANT, place: 'x'.repeat(513) },
  { ...PLANT, principal: 'ann' },
  { ...PLANT, value: 'mine' },
])('what cannot be planted is refused: %j', async (body) => {
  expect((await ask('POST', '/canaries', { body })).status).toBe(400)
  expect(askedOfCanaries).toEqual([])
})
