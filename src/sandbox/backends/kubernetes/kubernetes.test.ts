import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { renderBackend } from '../backends.ts'
import { ALLOWLIST, fullPlan, fullProfile, IMAGE } from '../testing/plan.ts'
import { kubernetesObjects } from './kubernetes.ts'

const { launch } = fullPlan()

/** Both objects as a cluster would read them. */
function applied(profile = fullProfile()) {
  const { files } = renderBackend('kubernetes', profile, launch, { image: IMAGE, uid: 64_001 })
  const documents = parseAllDocuments(files[0]?.text ?? '')
  const [pod, policy] = documents.map((document) => document.toJS())
  return { pod, policy, text: files[0]?.text ?? '' }
}

test('a pod meets the restricted standard', () => {
  const { pod } = applied()
  expect(pod).toMatchObject({ apiVersion: 'v1', kind: 'Pod' })
  expect(pod.metadata.name).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)
  expect(pod.spec).toMatchObject({
    ...{ automountServiceAccountToken: false, enableServiceLinks: false, hostUsers: false },
    ...{ hostNetwork: false, hostPID: false, hostIPC: false, restartPolicy: 'Never' },
    securityContext: {
      ...{ runAsNonRoot: true, runAsUser: 64_001, runAsGroup: 64_001 },
      seccompProfile: { type: 'Localhost' },
    },
  })
  const [container] = pod.spec.containers
  expect(container.securityContext).toEqual({
    ...{ allowPrivilegeEscalation: false, privileged: false, readOnlyRootFilesystem: true },
    capabilities: { drop: ['ALL'] },
  })
  expect(container.image).toBe(IMAGE)
  expect(container.resources.limits).toEqual({
    ...{ memory: '512', cpu: '500m', 'ephemeral-storage': '6000' },
  })
})

test('no path of a node is mounted, and each volume is there once', () => {
  const { pod, text } = applied()
  expect(text).not.toContain('hostPath')
  const [container] = pod.spec.containers
  const names = (list: { readonly name: string }[]) => list.map(({ name }) => name)
  expect(names(container.volumeMounts)).toEqual(names(pod.spec.volumes))
  expect(container.volumeMounts.slice(3)).toEqual([
    { name: 'mount-0', mountPath: '/srv/code', readOnly: true },
    { name: 'mount-1', mountPath: '/srv/work', readOnly: false },
    { name: 'mount-2', mountPath: '/srv/state', readOnly: false },
  ])
  for (const { emptyDir } of pod.spec.volumes.slice(0, 3))
    expect(emptyDir.sizeLimit).toMatch(/^\d+$/)
})

test('values of variables are not in it', () => {
  const { pod, text } = applied()
  expect(text).not.toContain('s3cret')
  const { name } = pod.metadata
  expect(pod.spec.containers[0].env).toContainEqual({
    name: 'TOKEN',
    valueFrom: { secretKeyRef: { name, key: 'TOKEN' } },
  })
})

test('arguments stay as they are: nothing in them is replaced', () => {
  const command = ['/usr/bin/node', '$(TOKEN)', '$$', "'; rm", '- a: b\n#']
  const plan = fullPlan(undefined, { launch: { ...launch, command } })
  const pod = kubernetesObjects(plan).pod as { spec: { containers: { command: string[] }[] } }
  expect(pod.spec.containers[0]?.command).toEqual([
    ...['/usr/bin/node', '$$(TOKEN)', '$$$$', "'; rm", '- a: b\n#'],
  ])
})

test('nothing goes in, and out only what the profile says', () => {
  const none = applied().policy
  expect(none.spec.policyTypes).toEqual(['Ingress', 'Egress'])
  expect([none.spec.ingress, none.spec.egress]).toEqual([[], []])
  const { pod, policy } = applied(fullProfile({ network: ALLOWLIST }))
  expect(policy.spec.podSelector.matchLabels).toEqual({ bailiwick: pod.metadata.labels.bailiwick })
  expect(policy.spec.ingress).toEqual([])
  expect(policy.spec.egress).toEqual([
    {
      to: [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'bailiwick-egress' } } }],
      ports: [{ protocol: 'TCP', port: 3_128 }],
    },
  ])
  expect(pod.spec.dnsPolicy).toBe('None')
  const open = applied(fullProfile({ network: { mode: 'unrestricted', allow: [] } })).policy
  expect(open.spec.egress).toEqual([{}])
})

test('what a pod cannot do is said by name', () => {
  const { notes, inForce } = renderBackend('kubernetes', fullProfile(), launch)
  expect(
    inForce.filter(({ strength }) => strength !== 'hard').map(({ control }) => control),
  ).toEqual(['files', 'processes', 'file-size', 'open-files', 'lifetime'])
  for (const { strength, fix } of inForce) if (strength !== 'hard') expect(fix).toBeTruthy()
  expect(notes.join('\n')).toContain('.git/hooks: not held back here')
})

test('root, and an image that may change, are refused', () => {
  expect(() => kubernetesObjects(fullPlan(undefined, { uid: 0 }))).toThrow('as root of its pod')
  expect(() => kubernetesObjects(fullPlan(undefined, { image: 'node:22' }))).toThrow('no digest')
})
