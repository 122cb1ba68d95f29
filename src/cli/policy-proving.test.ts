import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { createPlace, type Place } from './testing/command-line.ts'

const POLICIES = `
@id("reads")
@reason("inside")
@remedy("stay inside")
permit (principal, action == Action::"call", resource in Server::"files")
when { context.facts.guards["inside"] == "pass" && resource.effects == ["read"] };

@id("sites")
@reason("our sites")
permit (principal, action == Action::"call", resource in Server::"web")
when { context.facts.guards["sites"] == "pass" };
`
const GUARDS = `
guards:
  inside: { path: { within: ["\${work}"] } }
  sites: { url: { hosts: ["*.invalid"] } }
`
const TESTS = `name: files
world:
  places: { work: /nowhere/at/all }
  links: { /nowhere/at/all/out: /etc }
  hosts: { www.invalid: [93.184.216.34], inner.invalid: [10.0.0.1] }
defaults: { server: files, tool: read_file, effects: [read] }
tests:
  - { name: inside, arguments: { path: /nowhere/at/all/a }, expect: permit, by: [reads] }
  - { name: a link, arguments: { path: /nowhere/at/all/out/a }, expect: deny }
  - { name: a site, server: web, tool: get, arguments: { url: "https://www.invalid/" }, expect: permit, by: [sites] }
  - { name: inner, server: web, tool: get, arguments: { url: "https://inner.invalid/" }, expect: deny }
`

function placeWith(tests: string): Place {
  const place = createPlace()
  mkdirSync(join(place.root, 'mine'))
  place.file('mine/a.cedar', POLICIES)
  place.file('mine/a.yaml', GUARDS)
  place.file('mine/a.test.yaml', tests)
  return place
}

describe('policy test', () => {
  test('runs in the world that the file states: no such folder, no such host', async () => {
    const { code, stdout, stderr } = await placeWith(TESTS).run(['policy', 'test', './mine'])
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/4 passed\n$/) })
    expect(stderr).toBe('4 passed, 0 failed; 2 policies, 0 not covered\n')
  })

  test('a failure is named with its place and why, and ends with 1', async () => {
    const wrong = TESTS.replace('/out/a }, expect: deny', '/out/a }, expect: permit')
    const place = placeWith(wrong)
    const { code, stdout } = await place.run(['policy', 'test', './mine'])
    expect(code).toBe(1)
    expect(stdout).toContain(`${join(place.root, 'mine/a.test.yaml')}:9:5: failed: a link\n`)
    expect(stdout).toContain('  expected `permit`, and it is `deny`\n')
    expect(stdout).toContain('leads out of the folders of the guard')
    const { stdout: json } = await place.run(['policy', 'test', './mine', '--json'])
    expect(JSON.parse(json)).toMatchObject({ passed: 3, failed: 1, uncovered: [], mutations: null })
  })

  test('mutations that nobody notices are named, and end with 1', async () => {
    const place = placeWith(TESTS)
    const { code, stdout, stderr } = await place.run(['policy', 'test', './mine', '--mutations'])
    expect(code).toBe(1)
    expect(stdout).toContain('not noticed: `reads` condition dropped: resource.effects == ["read"]')
    expect(stderr).toContain('7 mutations, 1 not noticed')
    const more = `${TESTS}  - { name: w, effects: [write], arguments: { path: /nowhere/at/all/a }, expect: deny }\n`
    place.file('mine/a.test.yaml', more)
    const complete = await place.run(['policy', 'test', './mine', '--mutations', '--json'])
    expect(complete.code).toBe(0)
    expect(JSON.parse(complete.stdout).mutations).toEqual({
      tried: 7,
      survivors: [],
      truncated: false,
    })
  })

  test('what no test makes decide is named; a file that cannot be read ends with 3', async () => {
    const place = placeWith(TESTS.replace(/ {2}- \{ name: (a site|inner).*\n/g, ''))
    const { code, stdout } = await place.run(['policy', 'test', './mine'])
    expect(code).toBe(0)
    expect(stdout).toContain('not covered: no test makes `sites` decide')
    place.file('mine/a.test.yaml', TESTS.replace('expect: deny', 'expct: deny'))
    const broken = await place.run(['policy', 'test', './mine'])
    expect(broken).toMatchObject({ code: 3, stdout: '' })
    expect(broken.stderr).toContain('unknown key (did you mean `expect`?)')
  })

  test('`own` tests are about their folder alone, `all` tests about what is in force', async () => {
    const place = placeWith(`${TESTS}  - { name: w, tool: look, expect: permit, by: [all] }\n`)
    const both = ['policy', 'test', './mine', './policies']
    expect((await place.run(['policy', 'test', './mine'])).stdout).toContain(
      'there is no policy `all`',
    )
    // With a permit for everything beside it, what was denied is permitted.
    expect((await place.run(both)).stdout).toContain('failed: a link')
    place.file('mine/a.test.yaml', TESTS.replace('name: files\n', 'name: files\npolicies: own\n'))
    const { code, stdout } = await place.run(both)
    expect(code).toBe(0)
    expect(stdout).toContain('no test makes `all` decide')
  })

  test('no tests are no success', async () => {
    const { code, stderr } = await createPlace().run(['policy', 'test', './policies'])
    expect(code).toBe(2)
    expect(stderr).toContain('there are no tests beside these policies')
  })
})

describe('policy init', () => {
  test('lists what there is', async () => {
    const { code, stdout } = await createPlace().run(['policy', 'init', '--json'])
    expect(code).toBe(0)
    const { sets, packs } = JSON.parse(stdout)
    for (const { name, about } of [...sets, ...packs]) {
      expect({ name, about }).toEqual({ name, about: expect.stringMatching(/^[A-Z].{20,150}\.$/) })
    }
  })

  test('a pack stands twice, for two servers; with what it asks for, it loads and its tests pass', async () => {
    const place = createPlace()
    mkdirSync(join(place.root, 'work'))
    const written = await Promise.all(
      ['docs', 'notes'].map((server) =>
        place.run(['policy', 'init', 'filesystem', '--server', server, '--json']),
      ),
    )
    const [docs, notes] = written.map(({ stdout }) => JSON.parse(stdout).configuration)
    expect(docs.policies).toEqual(['balanced', 'flow', './policies/docs'])
    const servers = Object.fromEntries(
      [docs, notes].flatMap((one) =>
        Object.entries(one.servers as Record<string, object>).map(([name, server]) => [
          name,
          { transport: 'stdio', command: 'true', ...server },
        ]),
      ),
    )
    const policies = [...docs.policies, './policies/notes']
    const places = { ...docs.places, workspace: './work' }
    place.file('bailiwick.yaml', stringify({ policies, places, servers }))
    expect(await place.run(['config', 'check'])).toMatchObject({ code: 0 })
    const { code, stderr } = await place.run(['policy', 'test', '--mutations'])
    expect(stderr).toMatch(/, 0 failed; \d+ policies, 0 not covered; \d+ mutations, 0 not noticed/)
    expect(code).toBe(0)
  })

  test('says the same configuration in YAML', async () => {
    const place = createPlace()
    const { stdout } = await place.run(['policy', 'init', 'mail'])
    const [, yaml = ''] = stdout.split('put into bailiwick.yaml:\n')
    expect(parse(yaml)).toMatchObject({
      policies: ['balanced', 'flow', './policies/mail'],
      servers: { mail: { tools: { send_email: { effects: ['send'] } } } },
    })
  })

  test('overwrites nothing, and writes nowhere else', async () => {
    const place = createPlace()
    mkdirSync(join(place.root, 'policies/mail'))
    writeFileSync(join(place.root, 'policies/mail/mail.cedar'), 'mine')
    const again = await place.run(['policy', 'init', 'mail'])
    expect(again).toMatchObject({ code: 2, stdout: '' })
    expect(again.stderr).toContain('exists already')
    expect(readFileSync(join(place.root, 'policies/mail/mail.cedar'), 'utf8')).toBe('mine')
    for (const bad of [
      ['nope'],
      ['../packs/mail'],
      ['mail', '--server', '../../x'],
      ['balanced'],
    ]) {
      expect(await place.run(['policy', 'init', ...bad, '--into', 'other'])).toMatchObject({
        code: 2,
        stdout: '',
      })
    }
    expect(existsSync(join(place.root, 'other'))).toBe(false)
  })
})
