/** What the hostile program is told of the machine that it sits on. Holds no secret. */
export interface Job {
  /** What it leaves out: where a wall is missing, it would do harm or take long. */
  readonly skip: readonly string[]
  /** Folder it may write, and its own code. */
  readonly workspace: string
  readonly code: string
  /** Folders and files of the machine that it must not see; readable to all. */
  readonly home: string
  readonly neighbour: string
  /** Text that stands in the gateway's environment, and nowhere in its own; turned around in its arguments. */
  readonly secret: string
  /** A process of the machine. */
  readonly pid: number
  /** What listens on the machine. */
  readonly machine: {
    readonly address: string
    readonly port: number
    readonly abstract: string
  }
  readonly egress: {
    /** Listed for all three ports. The name resolves to the machine itself. */
    readonly allowed: string
    /** Listed for the TLS port, but of the metadata service; of the loopback without leave. */
    readonly metadata: string
    readonly rebound: string
    /** Not listed; resolves to the same machine as the one that is. */
    readonly denied: string
    readonly tls: number
    readonly http: number
    /** Where anything listens, but not listed. */
    readonly unlisted: number
  }
}

/** One thing to try: what came of it, in a word or a code. */
export type Probe = (job: Job) => string | Promise<string>

/** Runs it: the code of what it throws is what came of it. */
export async function outcome(probe: Probe, job: Job): Promise<string> {
  try {
    return await probe(job)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return code ?? message
  }
}
