import { decisionPoint, loadPolicies } from '../policy.ts'

/** The decision point over one text of Cedar and one of YAML. Every folder exists, and is no link. */
export function pointOf(cedar: string, yaml = '') {
  const sources = [
    { file: 'p.cedar', text: cedar },
    { file: 'd.yaml', text: yaml },
  ]
  return decisionPoint(loadPolicies(sources, { realRoot: (folder) => folder }))
}
