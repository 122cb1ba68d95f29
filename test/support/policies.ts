import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type RecordingUpstream, startRecordingUpstream } from '../attacks/recording-upstream.ts'
import { type RunningGateway, startGateway } from './gateway.ts'

/** A gateway before a server that notes what reaches it, for one test. */
export interface UnderPolicies {
  readonly gateway: RunningGateway
  readonly upstream: RecordingUpstream
  /** The folder of the policies, which may be written to while the gateway runs. */
  readonly folder: string
}

/** Starts a gateway whose policies are these files, before a server named `target`. */
export async function startUnderPolicies(
  files: Readonly<Record<string, string>>,
): Promise<UnderPolicies> {
  const root = mkdtempSync(join(tmpdir(), 'bailiwick-policies-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const folder = join(root, 'policies')
  mkdirSync(folder)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const upstream = await startRecordingUpstream()
  onTestFinished(upstream.stop)
  const gateway = await startGateway(
    { target: { transport: 'http', url: upstream.url } },
    { policies: [join(folder, '/')] },
  )
  onTestFinished(gateway.stop)
  return { gateway, upstream, folder }
}
