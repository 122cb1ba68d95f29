import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { GatewayError } from '../../../kernel/errors.ts'
import type { BackendPlan } from '../plan.ts'
import { fullPlan, IMAGE } from '../testing/plan.ts'
import { containerRunner } from './container-runner.ts'

/** Behaves towards its caller as `docker` does: writes down what it was asked, and runs until it is killed. */
const ENGINE = `#!/bin/sh
here=$(dirname "$0")
echo "$*" >>"$here/asked"
case $1 in
info) [ ! -e "$here/down" ] ;;
image) [ ! -e "$here/no-image" ] ;;
inspect) [ -e "$here/up" ] && echo true ;;
kill) : ;;
run)
  [ -e "$here/broken" ] && exit 125
  for a in "$@"; do case $a in
    --env-file=*) cp "\${a#--env-file=}" "$here/variables" ;;
    --security-opt=seccomp=*) cp "\${a#--security-opt=seccomp=}" "$here/seccomp" ;;
  esac; done
  env >"$here/env"
  touch "$here/up"
  exec cat ;;
esac`

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bailiwick-engine-'))
  writeFileSync(join(folder, 'docker'), ENGINE, { mode: 0o755 })
})
afterEach(() => rmSync(folder, { recursive: true }))

const runner = (plan: BackendPlan = fullPlan()) =>
  containerRunner({
    engines: [join(folder, 'missing'), join(folder, 'docker')],
    env: { PATH: '/usr/bin:/bin', DOCKER_HOST: 'unix:///nowhere' },
    plan: () => Promise.resolve(plan),
  })
const read = (name: string) => readFileSync(join(folder, name), 'utf8')
const asked = (verb: string) =>
  read('asked')
    .split('\n')
    .filter((line) => line.startsWith(`${verb} `) || line === verb)
const set = (name: string) => writeFileSync(join(folder, name), '')

async function refused(plan?: BackendPlan): Promise<unknown> {
  const error = await runner(plan)
    .launch(fullPlan().launch)
    .catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(GatewayError)
  return (error as GatewayError).data?.['reason']
}

test('a server speaks through the engine, which is told to end the container when it ends', async () => {
  const { child, backend, inForce } = await runner().launch(fullPlan().launch)
  expect(backend).toBe('container')
  expect(inForce).toContainEqual({ control: 'network', strength: 'hard', by: 'no network' })
  child.stdin.write('hello\n')
  const [answer] = await once(child.stdout, 'data')
  expect(String(answer)).toBe('hello\n')
  child.kill('SIGKILL')
  await once(child, 'exit')
  const name = /--name=(\S+)/.exec(asked('run')[0] ?? '')?.[1]
  for (let look = 0; look < 200 && asked('kill').length === 0; look += 1) await wait(20)
  expect(asked('kill')).toEqual([`kill ${name}`])
})

test('values of variables reach the container, and neither arguments, nor the engine, nor a file that stays', async () => {
  const { child } = await runner().launch(fullPlan().launch)
  expect(read('variables')).toContain('TOKEN=s3cret\n')
  expect(read('asked')).not.toContain('s3cret')
  expect(read('env')).not.toContain('s3cret')
  expect(read('env')).toContain('DOCKER_HOST=unix:///nowhere')
  const [, file = ''] = /--env-file=(\S+)/.exec(asked('run')[0] ?? '') ?? []
  expect(existsSync(file)).toBe(false)
  expect(JSON.parse(read('seccomp'))).toMatchObject({ defaultAction: 'SCMP_ACT_ERRNO' })
  child.kill('SIGKILL')
  await once(child, 'exit')
})

test('closing ends the containers that run', async () => {
  const it = runner()
  const { child } = await it.launch(fullPlan().launch)
  await it.close()
  expect(asked('kill')).toHaveLength(1)
  child.kill('SIGKILL')
  await once(child, 'exit')
})

test('where no engine answers, the image is missing or the engine fails, nothing runs', async () => {
  set('no-image')
  expect(await refused()).toBe('backend_unavailable')
  set('down')
  expect(await refused()).toBe('backend_unavailable')
  expect(asked('run')).toEqual([])
  rmSync(join(folder, 'down'))
  rmSync(join(folder, 'no-image'))
  set('broken')
  expect(await refused()).toBe('launch_failed')
})

test('what cannot be put in force is refused before the engine runs it', async () => {
  expect(await refused(fullPlan(undefined, { image: 'node:latest' }))).toBe('backend_unavailable')
  const { launch } = fullPlan()
  const syscalls = { unixSockets: 'deny', extraDeny: ['no_such_call'], allow: [] } as const
  const profile = { ...launch.profile, syscalls }
  expect(await refused(fullPlan(profile))).toBe('syscall_refused')
  expect(asked('run')).toEqual([])
  expect(asked('image').every((line) => line === `image inspect ${IMAGE}`)).toBe(true)
})
