/** What lists of approvals can be narrowed to. */
export const APPROVAL_CHOICES = {
  state: ['approved', 'used', 'declined', 'expired', 'withdrawn', 'void'].map((value) => ({
    value,
    label: value,
  })),
  ended: [
    { value: '', label: 'in force' },
    { value: 'yes', label: 'ended' },
  ],
  untrusted: [
    { value: '', label: 'all' },
    { value: 'yes', label: 'who read untrusted text' },
  ],
} as const
