import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { type RecordingUpstream, startRecordingUpstream } from '../attacks/recording-upstream.ts'
import { tokensOf } from '../identity/attacks/flow.ts'
import { newClient, newPerson, type Scene, signedIn } from '../identity/attacks/scene.ts'
import { type RunningGateway, startGateway } from '../support/gateway.ts'
import { openOperator } from '../support/operator.ts'

/** A gateway before a server whose tools need people, one who calls, and one who answers. */
export interface ApprovalScene {
  readonly gateway: RunningGateway
  readonly upstream: RecordingUpstream
  /** Of Ann, who logged in. */
  readonly token: string
  /** Bo looks at what waits and answers it in the console, as a browser would. */
  answer(verdict: 'approve' | 'decline'): Promise<void>
  /** How many requests wait for Bo. */
  waiting(): Promise<number>
}

/** `ask_me`: the caller confirms in the client. `ask_bo`: somebody else, in the console. */
const TOOLS = ['ask_me', 'ask_bo'].map((name) => ({
  name,
  inputSchema: { type: 'object', properties: { path: { type: 'string' } } },
}))

const POLICIES = `
@id("all")
permit (principal, action, resource);

@id("ask-me")
@reason("it deletes things")
@liftedBy("approval")
@approvers("self")
@assurance("client")
forbid (principal, action == Action::"call", resource == Tool::"target:ask_me")
unless { context.approval.granted };

@id("ask-bo")
@reason("it deletes what others need")
@liftedBy("approval")
@approvers("user:bo")
forbid (principal, action == Action::"call", resource == Tool::"target:ask_bo")
unless { context.approval.granted };
`

/** One scene for all tests of a file. `hold` is how long one request is held. */
export function approvalScene(hold: string): () => ApprovalScene {
  let scene: ApprovalScene & { close(): Promise<void> }
  beforeAll(async () => {
    scene = await open(hold)
  })
  afterAll(() => scene?.close())
  return () => scene
}

async function open(hold: string): Promise<ApprovalScene & { close(): Promise<void> }> {
  const root = mkdtempSync(join(tmpdir(), 'bailiwick-approvals-'))
  const folder = join(root, 'policies')
  mkdirSync(folder)
  writeFileSync(join(folder, 'ask.cedar'), POLICIES)
  const upstream = await startRecordingUpstream(TOOLS)
  const gateway = await startGateway(
    { target: { transport: 'http', url: upstream.url } },
    {
      policies: [join(folder, '/')],
      approvals: { hold, flood: { requests: 1_000, declines: 1_000 } },
    },
  )
  const opened = await openOperator(gateway)
  const { directory: administration, setPassword, clients } = opened
  const beside = {
    issuer: gateway.issuer,
    operator: { administration, setPassword, clients },
  } as unknown as Scene
  await newPerson(beside, 'ann')
  await newPerson(beside, 'bo')
  const client = await newClient(beside, `app-${randomBytes(4).toString('hex')}`)
  const { access_token: token } = await tokensOf(beside, await signedIn(beside, 'ann'), client, {
    resource: `${gateway.issuer}/mcp/target`,
    scope: 'execute',
  })
  const bo = await signedIn(beside, 'bo')
  await bo.visit('/oauth/account')

  const ask = async (path: string, body?: object): Promise<Record<string, never>> => {
    const response = await fetch(`${gateway.issuer}/admin/api/v1${path}`, {
      headers: {
        cookie: bo.cookies,
        origin: gateway.issuer,
        'x-bailiwick-console': '1',
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text}`)
    return JSON.parse(text)
  }
  const pending = async (): Promise<readonly { readonly id: string; readonly digest: string }[]> =>
    (await ask('/approvals?state=pending&mine=true'))['items'] ?? []
  return {
    gateway,
    upstream,
    token,
    async answer(verdict) {
      for (const end = Date.now() + 20_000; ; ) {
        const [first] = await pending()
        if (first) {
          await ask(`/approvals/${first.id}/answer`, { verdict, digest: first.digest })
          return
        }
        if (Date.now() > end) throw new Error('nobody was asked')
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    waiting: async () => (await pending()).length,
    async close() {
      await opened.close()
      await gateway.stop()
      await upstream.stop()
      rmSync(root, { recursive: true, force: true })
    },
  }
}
