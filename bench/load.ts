import { connect, type Socket } from 'node:net'

/** One HTTP request, ready to be written, again and again. */
export interface Shot {
  readonly port: number
  readonly bytes: Buffer
}

/** What a run measured. Latencies in milliseconds. */
export interface Measured {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly failures: number
}

/** A POST as raw bytes. */
export function shot(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Shot {
  const bytes = Buffer.from(body)
  const lines = Object.entries({
    host: `127.0.0.1:${port}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'content-length': String(bytes.length),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`)
  const head = Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
  return { port, bytes: Buffer.concat([head, bytes]) }
}

/** A POST of a form as raw bytes. @param host under which the gateway is known. */
export function post(port: number, host: string, path: string, form: URLSearchParams): Shot {
  return shot(port, path, { host, 'content-type': FORM }, form.toString())
}

const FORM = 'application/x-www-form-urlencoded'

/** Sends each shot once, taking them off the list, as fast as answers come back. */
export async function feed(shots: Shot[], connections: number, seconds: number): Promise<Measured> {
  const latencies: number[] = []
  let failures = 0
  const lanes = await Promise.all(
    Array.from({ length: connections }, () => openLane(shots[0]?.port ?? 0)),
  )
  const started = performance.now()
  await Promise.all(
    lanes.map(async (lane) => {
      while (performance.now() < started + seconds * 1_000) {
        const next = shots.pop()
        if (next === undefined) break
        const sent = performance.now()
        if (await lane.fire(next.bytes)) latencies.push(performance.now() - sent)
        else failures += 1
      }
      lane.close()
    }),
  )
  return summary(latencies, failures, performance.now() - started)
}

/** As fast as answers come back, over `connections` sockets, for `seconds`. */
export async function closedLoop(
  target: Shot,
  connections: number,
  seconds: number,
): Promise<Measured> {
  const latencies: number[] = []
  let failures = 0
  const started = performance.now()
  const deadline = started + seconds * 1_000
  const lanes = await Promise.all(Array.from({ length: connections }, () => openLane(target.port)))
  await Promise.all(
    lanes.map(async (lane) => {
      while (performance.now() < deadline) {
        const sent = performance.now()
        if (await lane.fire(target.bytes)) latencies.push(performance.now() - sent)
        else failures += 1
      }
      lane.close()
    }),
  )
  return summary(latencies, failures, performance.now() - started)
}

/** `rate` requests a second, whether or not earlier ones are answered; latency counts from the due time. */
export async function openLoop(
  target: Shot,
  rate: number,
  connections: number,
  seconds: number,
): Promise<Measured> {
  const latencies: number[] = []
  let failures = 0
  const idle = await Promise.all(Array.from({ length: connections }, () => openLane(target.port)))
  const all = [...idle]
  const due: number[] = []
  const pending: Promise<void>[] = []
  const fire = (lane: Lane, at: number): void => {
    const run = lane.fire(target.bytes).then((ok) => {
      if (ok) latencies.push(performance.now() - at)
      else failures += 1
      const next = due.shift()
      if (next === undefined) idle.push(lane)
      else fire(lane, next)
    })
    pending.push(run)
  }
  const started = performance.now()
  const total = Math.round(rate * seconds)
  let fired = 0
  while (fired < total) {
    const now = performance.now()
    while (fired < total && started + (fired * 1_000) / rate <= now) {
      const at = started + (fired * 1_000) / rate
      const lane = idle.pop()
      if (lane) fire(lane, at)
      else due.push(at)
      fired += 1
    }
    // Asleep in between: a generator that spins would take a core from what it measures.
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  while (latencies.length + failures < total) await new Promise((resolve) => setTimeout(resolve, 5))
  await Promise.all(pending)
  for (const lane of all) lane.close()
  return summary(latencies, failures, performance.now() - started)
}

interface Lane {
  /** True for a 200 whose body says nothing of an error. */
  fire(bytes: Buffer): Promise<boolean>
  close(): void
}

const HEAD_END = Buffer.from('\r\n\r\n')

async function openLane(port: number): Promise<Lane> {
  const socket = await connected(port)
  let waiting: ((ok: boolean) => void) | undefined
  let answer = emptyAnswer()
  const done = (ok: boolean): void => {
    const resolve = waiting
    waiting = undefined
    answer = emptyAnswer()
    resolve?.(ok)
  }
  socket.on('data', (chunk: Buffer) => {
    answer.chunks.push(chunk)
    answer.size += chunk.length
    if (answer.needed === 0) readHead(answer)
    if (answer.needed > 0 && answer.size >= answer.needed) done(isGood(answer))
  })
  socket.on('error', () => done(false))
  socket.on('close', () => done(false))
  return {
    fire(bytes) {
      return new Promise((resolve) => {
        if (socket.destroyed) return resolve(false)
        waiting = resolve
        socket.write(bytes)
      })
    },
    close: () => socket.destroy(),
  }
}

interface Answer {
  chunks: Buffer[]
  size: number
  /** Bytes of head and body; 0 until the head is whole. */
  needed: number
  status: string
}

function emptyAnswer(): Answer {
  return { chunks: [], size: 0, needed: 0, status: '' }
}

function readHead(answer: Answer): void {
  const whole = Buffer.concat(answer.chunks)
  answer.chunks = [whole]
  const end = whole.indexOf(HEAD_END)
  if (end < 0) return
  const head = whole.toString('latin1', 0, end)
  answer.status = head.slice(0, 12)
  answer.needed = end + 4 + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
}

function isGood({ chunks, status }: Answer): boolean {
  const body = Buffer.concat(chunks)
  const failed = body.includes('"isError":true') || body.includes('"error":')
  return status === 'HTTP/1.1 200' && !failed
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.setNoDelay(true)
    socket.once('connect', () => resolve(socket))
    socket.once('error', reject)
  })
}

function summary(latencies: number[], failures: number, elapsed: number): Measured {
  latencies.sort((a, b) => a - b)
  const at = (share: number): number =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? Number.NaN
  return {
    perSecond: latencies.length / (elapsed / 1_000),
    p50: at(0.5),
    p99: at(0.99),
    failures,
  }
}

/** The middle of several measurements. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
