import { afterAll, beforeAll, expect, test } from 'vitest'
import { ATTACKS, played } from './evasion-attacks.ts'
import { openScene, type Scene } from './evasion-scene.ts'

// Without the policies on flows, the same attacks reach a server: it is those that stop them.

let scene: Scene
beforeAll(async () => {
  scene = await openScene(['balanced', 'acting'])
})
afterAll(() => scene?.close())

/** Other policies ask about these already, whoever names them. */
const ASKED_ANYHOW = ['flooded: a password']

test.each(ATTACKS.filter(([name]) => !ASKED_ANYHOW.includes(name)))('%s', async (_, play) => {
  expect(await played(scene, play)).toMatchObject({ code: undefined, reached: 1 })
})

test.each(ATTACKS.filter(([name]) => ASKED_ANYHOW.includes(name)))(
  'asked about: %s',
  async (_, play) => {
    expect(await played(scene, play)).toMatchObject({ code: 'approval_pending', reached: 0 })
  },
)
