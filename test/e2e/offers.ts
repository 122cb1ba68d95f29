import { join } from 'node:path'
import { expect } from 'vitest'
import {
  type Action,
  answering,
  callTool,
  eventually,
  progressing,
  type Stage,
  type Step,
} from './actions.ts'

/** How to do an action with a server; or why there is no way, whoever asks. */
export type Offer = { readonly step: Step } | { readonly lacks: string }

type Offers = Readonly<Record<Action, Offer>>

/** The reference server of the conformance tests. */
const reference: Offers = {
  'list tools': step(async ({ peer, named }) => {
    expect(await peer.tools()).toContain(named('test_simple_text'))
  }),
  'call a tool': step(async (stage) => {
    expect(await callTool(stage, 'test_simple_text')).toContain('a simple text response')
  }),
  'read a resource': step(async ({ peer }) => {
    expect(await peer.read('test://static-text')).toContain('static text resource')
  }),
  'get a prompt': step(async ({ peer, named }) => {
    expect(await peer.prompt(named('test_simple_prompt'))).toContain('a simple prompt')
  }),
  'complete an argument': step(async ({ peer, named }) => {
    const values = await peer.complete(named('test_prompt_with_arguments'), 'arg1', 'pa')
    expect(values).toEqual(['paris', 'park'])
  }),
  'see progress': step(progressing('test_tool_with_progress', {}, [0, 50, 100])),
  'see logs': step(async (stage) => {
    await stage.peer.wantLogs()
    await callTool(stage, 'test_tool_with_logging')
    await eventually(() => expect(stage.peer.seen.logs).toContain('Tool execution completed'))
  }),
  'answer a form': step(answering('accept', referenceForm, /Ada|ada@example\.com/)),
  'decline a form': step(answering('decline', referenceForm, /decline/)),
  sample: step(async (stage) => {
    const tool = asks(stage) ? 'test_sampling' : 'test_input_required_result_sampling'
    const args = asks(stage) ? { prompt: 'say something' } : {}
    expect(await callTool(stage, tool, args)).toContain('a sampled answer')
  }),
  'give roots': step(async (stage) => {
    const tool = asks(stage) ? 'test_roots' : 'test_input_required_result_list_roots'
    expect(await callTool(stage, tool)).toContain(`file://${stage.root}`)
  }),
  cancel: step(async (stage) => {
    const args = { mark: stage.id }
    const abort = new AbortController()
    const call = callTool(stage, 'test_wait', args, { signal: abort.signal })
    const rejected = expect(call).rejects.toThrow()
    const state = (): Promise<string> => callTool(stage, 'test_wait_state', args)
    await eventually(async () => expect(await state()).toBe('started'))
    abort.abort()
    await rejected
    await eventually(async () => expect(await state()).toBe('cancelled'))
  }),
  'hear of a changed list': step(async (stage) => {
    await stage.peer.watchLists()
    await callTool(stage, 'test_trigger_tool_change')
    const { changedLists } = stage.peer.seen
    await eventually(() => expect(changedLists).toContain('notifications/tools/list_changed'))
  }),
}

/** `server-everything`. */
const everything: Offers = {
  'list tools': step(async ({ peer, named }) => {
    expect(await peer.tools()).toContain(named('echo'))
  }),
  'call a tool': step(async (stage) => {
    expect(await callTool(stage, 'echo', { message: stage.id })).toContain(`Echo: ${stage.id}`)
  }),
  'read a resource': step(async ({ peer }) => {
    expect(await peer.read('demo://resource/static/document/features.md')).toContain('# ')
  }),
  'get a prompt': step(async ({ peer, named }) => {
    expect(await peer.prompt(named('simple-prompt'))).toContain('without arguments')
  }),
  'complete an argument': step(async ({ peer, named }) => {
    const values = await peer.complete(named('completable-prompt'), 'department', 'S')
    expect(values).toEqual(['Sales', 'Support'])
  }),
  'see progress': step(
    progressing('trigger-long-running-operation', { duration: 0.15, steps: 3 }, [1, 2]),
  ),
  'see logs': step(async (stage) => {
    await stage.peer.wantLogs()
    await callTool(stage, 'toggle-simulated-logging')
    await eventually(() => expect(stage.peer.seen.logs).not.toEqual([]))
    await callTool(stage, 'toggle-simulated-logging')
  }),
  'answer a form': step(
    answering('accept', () => ['trigger-elicitation-request', {}], /Name: Ada/),
  ),
  'decline a form': step(
    answering('decline', () => ['trigger-elicitation-request', {}], /declined/),
  ),
  sample: step(async (stage) => {
    const args = { prompt: 'say something', maxTokens: 10 }
    expect(await callTool(stage, 'trigger-sampling-request', args)).toContain('a sampled answer')
  }),
  'give roots': step(async (stage) => {
    await eventually(async () =>
      expect(await callTool(stage, 'get-roots-list')).toContain(`file://${stage.root}`),
    )
  }),
  // The server runs on regardless; the call ends for the client, and the connection still serves.
  cancel: step(async (stage) => {
    const args = { duration: 2, steps: 1 }
    const signal = AbortSignal.timeout(200)
    await expect(
      callTool(stage, 'trigger-long-running-operation', args, { signal }),
    ).rejects.toThrow()
    expect(await callTool(stage, 'echo', { message: 'still here' })).toContain('still here')
  }),
  'hear of a changed list': step(async (stage) => {
    await stage.peer.watchLists()
    const args = { name: `${stage.id}.gz`, data: 'data:text/plain,hello', outputType: 'resource' }
    await callTool(stage, 'gzip-file-as-resource', args)
    const { changedLists } = stage.peer.seen
    await eventually(() => expect(changedLists).toContain('notifications/resources/list_changed'))
  }),
}

/** `server-filesystem`, which serves the client's roots once it knows them. */
const filesystem: Offers = {
  'list tools': step(async ({ peer, named }) => {
    expect(await peer.tools()).toContain(named('read_text_file'))
  }),
  'call a tool': step(async (stage) => {
    await eventually(async () => {
      const folders = await callTool(stage, 'list_allowed_directories')
      const { folder, root } = stage
      const path = folders.includes(root) ? join(root, 'root.txt') : join(folder, 'hello.txt')
      expect(await callTool(stage, 'read_text_file', { path })).toContain('hello from a file')
    })
  }),
  'read a resource': { lacks: 'the server has no resources' },
  'get a prompt': { lacks: 'the server has no prompts' },
  'complete an argument': { lacks: 'the server completes nothing' },
  'see progress': { lacks: 'the server reports no progress' },
  'see logs': { lacks: 'the server does not log' },
  'answer a form': { lacks: 'the server shows no forms' },
  'decline a form': { lacks: 'the server shows no forms' },
  sample: { lacks: 'the server does not sample' },
  'give roots': step(async (stage) => {
    await eventually(async () =>
      expect(await callTool(stage, 'list_allowed_directories')).toContain(stage.root),
    )
  }),
  cancel: { lacks: 'every call of the server is over at once' },
  'hear of a changed list': { lacks: 'the lists of the server do not change' },
}

/** What each kind of server offers to each action. */
export const OFFERS = { reference, everything, filesystem } as const

function step(run: Step): Offer {
  return { step: run }
}

/** Whether the reference server asks while a call runs: in the legacy era. Else it answers with questions. */
function asks({ peer, modernOnly }: Stage): boolean {
  return peer.era === 'legacy' && !modernOnly
}

function referenceForm(stage: Stage): readonly [string, Readonly<Record<string, unknown>>] {
  return asks(stage)
    ? ['test_elicitation', { message: 'who are you?' }]
    : ['test_input_required_result_elicitation', {}]
}
