import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type GroupCommitOptions, groupCommit } from './group-commit.ts'

/** A writer whose batches end when the test says. */
function held(changes: Partial<GroupCommitOptions<number>> = {}) {
  const batches: (readonly number[])[] = []
  const ends: { readonly done: () => void; readonly fail: (error: Error) => void }[] = []
  const commit = groupCommit<number>({
    write: (batch) => {
      batches.push(batch)
      return new Promise((done, fail) => ends.push({ done, fail }))
    },
    maxBatch: 4,
    maxWaiting: 8,
    soon: 10_000,
    timeout: 10_000,
    ...changes,
  })
  return { commit, batches, ends }
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 5))
const unavailable = { code: 'audit_unavailable', message: 'the call cannot be recorded' }

test('what comes in one turn is one batch; what comes during a write is the next', async () => {
  const { commit, batches, ends } = held()
  const first = [commit.add(1, 'now'), commit.add(2, 'now')]
  await turn()
  const second = [commit.add(3, 'now'), commit.add(4, 'soon'), commit.add(5, 'now')]
  await turn()
  expect(batches).toEqual([[1, 2]])
  ends[0]?.done()
  await Promise.all(first)
  await turn()
  expect(batches).toEqual([
    [1, 2],
    [3, 4, 5],
  ])
  ends[1]?.done()
  await Promise.all(second)
})

test('nothing resolves before its write has ended', async () => {
  const { commit, ends } = held()
  let durable = false
  const adding = commit.add(1, 'now').then(() => {
    durable = true
  })
  await turn()
  expect(durable).toBe(false)
  ends[0]?.done()
  await adding
  expect(durable).toBe(true)
})

test('what may wait rides with the next that may not', async () => {
  const { commit, batches, ends } = held()
  const lazy = commit.add(1, 'soon')
  await turn()
  expect(batches).toEqual([])
  const urgent = commit.add(2, 'now')
  await turn()
  expect(batches).toEqual([[1, 2]])
  ends[0]?.done()
  await Promise.all([lazy, urgent])
})

test('what may wait is written alone after its delay, or when a batch is full', async () => {
  const short = held({ soon: 1 })
  const alone = short.commit.add(1, 'soon')
  await turn()
  short.ends[0]?.done()
  await alone

  const full = held()
  const four = [1, 2, 3, 4].map((n) => full.commit.add(n, 'soon'))
  await turn()
  expect(full.batches).toEqual([[1, 2, 3, 4]])
  full.ends[0]?.done()
  await Promise.all(four)
})

test('a failure rejects its batch alone', async () => {
  const { commit, ends } = held()
  const bad = commit.add(1, 'now')
  await turn()
  const good = commit.add(2, 'now')
  ends[0]?.fail(new Error('disk full'))
  await expect(bad).rejects.toMatchObject({ ...unavailable, detail: 'disk full' })
  await turn()
  ends[1]?.done()
  await good
})

test('more than may wait is refused at once', async () => {
  const { commit, ends } = held()
  const writing = [1, 2, 3, 4].map((n) => commit.add(n, 'now'))
  await turn()
  const waiting = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => commit.add(n, 'now'))
  await expect(commit.add(9, 'now')).rejects.toMatchObject(unavailable)
  for (let batch = 0; batch < 3; batch += 1) {
    ends[batch]?.done()
    await turn()
  }
  await Promise.all([...writing, ...waiting])
})

test('a write that hangs fails all that wait, and what comes later, until it ends', async () => {
  const { commit, batches, ends } = held({ timeout: 20 })
  const hanging = commit.add(1, 'now')
  await turn()
  const behind = commit.add(2, 'now')
  await expect(hanging).rejects.toMatchObject(unavailable)
  await expect(behind).rejects.toMatchObject(unavailable)
  await expect(commit.add(3, 'now')).rejects.toMatchObject(unavailable)
  await commit.flush()
  ends[0]?.done()
  await sleep(1)
  const after = commit.add(4, 'now')
  await turn()
  expect(batches).toEqual([[1], [4]])
  ends[1]?.done()
  await after
})

test('flush writes what may wait; close refuses what comes after', async () => {
  const { commit, ends } = held()
  await commit.flush()
  let flushed = false
  const lazy = commit.add(1, 'soon')
  const flushing = commit.close().then(() => {
    flushed = true
  })
  await expect(commit.add(2, 'now')).rejects.toMatchObject({
    ...unavailable,
    detail: 'the recorder is closed',
  })
  await turn()
  expect(flushed).toBe(false)
  ends[0]?.done()
  await Promise.all([lazy, flushing])
})
