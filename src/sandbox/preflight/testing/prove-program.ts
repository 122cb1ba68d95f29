import type { Contained, Launch, SandboxRunner } from '../../../kernel/sandbox.ts'
import { closeInheritedDescriptors } from '../../limits/inherited.ts'
import { createSandbox } from '../../sandbox.ts'
import { bareProfile } from '../../testing/profile.ts'
import { thisWorld } from '../machine.ts'
import { preflight } from '../preflight.ts'
import { launchOpen } from './launch-open.ts'
import type { ProveRequest, Weakness } from './prove.ts'

// A process of its own, so that it may be root or not, and has nothing open of the tests.
closeInheritedDescriptors()
const { bwrap, dataDir, weakness, version, fresh }: ProveRequest = JSON.parse(
  process.argv[2] ?? '{}',
)
const sandbox = createSandbox({ bwrap, watch: { denied: () => {}, used: () => {} } })
const world = thisWorld({ PATH: '/usr/bin' })

/** Launches that lack one control each. */
const WEAK: Readonly<Record<Weakness, (launch: Launch) => Promise<Contained>>> = {
  none: (launch) => sandbox.launch(launch),
  open: launchOpen,
  network: (launch) =>
    sandbox.launch(changed(launch, { network: { mode: 'unrestricted', allow: [] } })),
  'unix-sockets': (launch) =>
    sandbox.launch(
      changed(launch, { syscalls: { unixSockets: 'allow', extraDeny: [], allow: [] } }),
    ),
  limits: (launch) => {
    const { limits } = launch.profile
    const more = { ...limits, pids: 4_096, files: 4_096, fileSize: 2 ** 30 }
    return sandbox.launch(changed(launch, { limits: more }))
  },
  environment: (launch) => sandbox.launch({ ...launch, env: { ...launch.env, TOKEN: 'x' } }),
  tree: async (launch) => {
    const contained = await sandbox.launch(launch)
    // whoever ends it ends nothing
    contained.child.kill = () => true
    return contained
  },
}

function changed(launch: Launch, more: Partial<Launch['profile']>): Launch {
  return { ...launch, profile: { ...launch.profile, ...more } }
}

const runner: SandboxRunner = { launch: (launch) => WEAK[weakness](launch), close: async () => {} }
const found = await preflight(
  {
    ...{ runner, dataDir, version, profile: bareProfile(), clock: Date.now },
    world: {
      ...world,
      find: (name, path) => (name === 'bwrap' ? bwrap : world.find(name, path)),
    },
  },
  { fresh },
)
process.stdout.write(JSON.stringify(found), () => process.exit(0))
