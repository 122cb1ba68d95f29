import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { type Answer, type Asked, type StandIn, serve } from './serve.ts'
import { checkSignature } from './signature-v4.ts'

export interface AwsKms extends StandIn {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  /** Points the alias to another key. */
  repoint(): void
}

interface Given {
  readonly KeyId: string
  readonly Plaintext?: string
  readonly CiphertextBlob?: string
  readonly EncryptionContext: Readonly<Record<string, string>>
}

const ARN = 'arn:aws:kms:eu-central-1:111122223333:key/'

/** AWS KMS with the alias `alias/bailiwick`; every request must be signed. */
export async function startAwsKms(): Promise<AwsKms> {
  const secretAccessKey = randomBytes(30).toString('base64')
  const [accessKeyId, sessionToken] = ['AKIDEXAMPLE', randomBytes(40).toString('base64')]
  const keys = new Map<string, Buffer>()
  let current = ''
  const repoint = () => {
    current = ARN + randomBytes(8).toString('hex')
    keys.set(current, randomBytes(32))
  }
  repoint()
  const encrypt = ({ KeyId, Plaintext = '', EncryptionContext }: Given): Answer => {
    if (KeyId !== 'alias/bailiwick') return fault('NotFoundException')
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', keys.get(current) ?? Buffer.alloc(0), nonce)
    cipher.setAAD(aad(EncryptionContext))
    const body = [cipher.update(Buffer.from(Plaintext, 'base64')), cipher.final()]
    const blob = Buffer.concat([nonce, ...body, cipher.getAuthTag()])
    const CiphertextBlob = blob.toString('base64')
    return { status: 200, body: { CiphertextBlob, KeyId: current } }
  }
  const decrypt = ({ KeyId, CiphertextBlob = '', EncryptionContext }: Given): Answer => {
    const key = keys.get(KeyId)
    if (key === undefined) return fault('NotFoundException')
    const blob = Buffer.from(CiphertextBlob, 'base64')
    try {
      const cipher = createDecipheriv('aes-256-gcm', key, blob.subarray(0, 12))
      cipher.setAAD(aad(EncryptionContext)).setAuthTag(blob.subarray(-16))
      const plain = Buffer.concat([cipher.update(blob.subarray(12, -16)), cipher.final()])
      return { status: 200, body: { Plaintext: plain.toString('base64'), KeyId } }
    } catch {
      return fault('InvalidCiphertextException')
    }
  }
  const server = await serve((asked: Asked) => {
    if (checkSignature(asked, secretAccessKey).keyId !== accessKeyId) return fault('AccessDenied')
    if (asked.headers['x-amz-security-token'] !== sessionToken) return fault('AccessDenied')
    if (asked.headers['content-type'] !== 'application/x-amz-json-1.1') return fault('Unknown')
    const given = JSON.parse(asked.body) as Given
    if (asked.headers['x-amz-target'] === 'TrentService.Encrypt') return encrypt(given)
    if (asked.headers['x-amz-target'] === 'TrentService.Decrypt') return decrypt(given)
    return fault('UnknownOperationException')
  })
  return { ...server, accessKeyId, secretAccessKey, sessionToken, repoint }
}

function fault(type: string): Answer {
  return { status: 400, body: { __type: type } }
}

function aad(context: Readonly<Record<string, string>>): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(context).sort()))
}
