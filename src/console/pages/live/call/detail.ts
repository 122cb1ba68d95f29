import type { Output } from '../../../api/call.ts'

/** A call as it is on record. */
export type Detail = Output<'calls.show'>['call']
/** What a call carried, for whoever may see it and asked to. */
export type Carried = NonNullable<Detail['carried']>
/** How policies decide a call, policy by policy. */
export type Explanation = NonNullable<Output<'calls.explain'>['explanation']>
export type ExplainedPolicy = Explanation['policies'][number]
