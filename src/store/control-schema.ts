/** A request for approval, and what became of it. */
export interface ApprovalTable {
  readonly id: string
  /** See `APPROVAL_STATES`. Changed by compare-and-set only. */
  readonly state: string
  /** Digest of holder, action, target and arguments: the same call asked again. */
  readonly call_key: string
  /** Digest of what else an answer is bound to: pin, policies, lift. */
  readonly surroundings: string
  /** Digest over everything, the id and the expiry too: what people sign. */
  readonly digest: string
  /** Digest of principal and client. */
  readonly holder: string
  /** `user:id` or `agent:id` of whom the call is for. */
  readonly subject: string
  readonly client: string
  readonly server: string
  readonly target: string
  /** JSON, sealed: the whole call. Null once it is no longer kept. */
  readonly request: string | null
  /** JSON: see `Lift`. */
  readonly lift: string
  /** JSON: users who may not approve, being whom the call is for. */
  readonly requesters: string
  /** The user for whom the approver `self` stands; null where nobody is. */
  readonly self: string | null
  /** Milliseconds since the epoch, as all times here. */
  readonly created: number
  /** Until when people may answer: part of what the digest is over. */
  readonly deadline: number
  /** The deadline while it is pending, then the end of the answer. */
  readonly expires: number
  readonly decided: number | null
  /** The call that used it. */
  readonly used_by: string | null
}

/** What one person answered. */
export interface ApprovalVoteTable {
  readonly approval: string
  readonly user: string
  /** `approve` or `decline`. */
  readonly verdict: string
  /** Which of the lift's approvers the person stands for. */
  readonly stands_for: string
  /** How it was known who answers: see `ASSURANCES`. */
  readonly assurance: string
  /** `client`, `console`, `command-line` or `chat`. */
  readonly channel: string
  readonly at: number
  readonly comment: string | null
  /** JSON: the signature of a passkey over the digest. */
  readonly evidence: string | null
  /** JSON: the calls like it that the person approves too, for a while. */
  readonly pattern: string | null
}

/** Calls that were approved together: one tool, fixed arguments, a time. */
export interface ApprovalPatternTable {
  readonly id: string
  /** The approval that it was granted with. */
  readonly approval: string
  readonly holder: string
  readonly subject: string
  readonly client: string
  readonly action: string
  readonly server: string
  readonly target: string
  /** JSON, sealed: the arguments that must be the same, and the policy that says so. */
  readonly fixed: string
  /** JSON: names of the arguments that may differ. */
  readonly free: string
  readonly surroundings: string
  readonly digest: string
  readonly created: number
  readonly expires: number
  readonly revoked: number | null
}

/** Messages to others that are due or were sent. */
export interface WebhookDeliveryTable {
  readonly id: string
  /** The name of the endpoint, as the configuration calls it. */
  readonly endpoint: string
  readonly event: string
  /** JSON, sealed: exactly what is sent. */
  readonly payload: string
  /** `due`, `sent` or `failed`. */
  readonly state: string
  readonly attempts: number
  /** When the next attempt is due; a process that attempts it moves this first. */
  readonly due: number
  readonly created: number
  readonly status: number | null
  /** Where the receiver keeps it, such as a message's time stamp. */
  readonly reference: string | null
}

/** Policies written in the console: every version, none ever changed. */
export interface PolicyVersionTable {
  readonly version: number
  /** JSON: files by name. */
  readonly files: string
  readonly hash: string
  /** `user:id`. */
  readonly author: string
  readonly comment: string
  readonly created: number
}

/** Which version is in force, and how. One row per change; the last one counts. */
export interface PolicyRolloutTable {
  readonly seq: number
  /** 0: none. */
  readonly version: number
  /** `observe` or `enforce`. */
  readonly mode: string
  readonly by: string
  readonly at: number
}

/** What people in the console said a tool does. Beats the configuration file. */
export interface ToolClassTable {
  readonly server: string
  readonly tool: string
  /** JSON. */
  readonly classes: string
  readonly by: string
  readonly at: number
  /** Counts up: who changes it names the one that they saw. */
  readonly version: number
}
