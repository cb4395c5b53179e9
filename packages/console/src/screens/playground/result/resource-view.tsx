import { Trans, useLingui } from '@lingui/react/macro'
import { ExternalLink, FileText } from 'lucide-react'
import { Badge, Button, Bytes, CopyButton } from '../../../kit/index.ts'
import { HiddenText } from '../../servers/hidden-text-view.tsx'
import { cut } from '../form/field-hint.tsx'
import { download } from './blob-url.ts'
import { bytesOfBase64 } from './bytes-of-base64.ts'
import { MediaView } from './media-view.tsx'
import { mayOpen, schemeOf, type Part } from './read-result.ts'
import { TextView } from './text-view.tsx'

/** Characters of an address that are shown; the whole of it is copied. */
const URI_MAX = 300

/** A resource that the result points to: never fetched here; only addresses of the web can be opened. */
export function LinkView({ part }: { part: Extract<Part, { kind: 'link' }> }) {
  const { t } = useLingui()
  const { uri, name, description, mimeType } = part
  return (
    <div className="flex min-w-0 flex-wrap items-start gap-3 rounded-md border border-line p-3">
      <FileText size={16} aria-hidden className="mt-0.5 shrink-0 text-muted" />
      <div className="min-w-0 flex-1 basis-56">
        <p className="font-medium break-words">
          <HiddenText text={cut(name, URI_MAX)} />
        </p>
        {description !== '' && (
          <p className="text-sm text-muted">
            <HiddenText text={cut(description, 1_000)} />
          </p>
        )}
        <Address uri={uri} mimeType={mimeType} />
      </div>
      <span className="inline-flex items-center gap-1">
        <CopyButton text={uri} label={t`Copy the address`} />
        {mayOpen(uri) && (
          <a
            href={uri}
            target="_blank"
            rel="noopener noreferrer"
            referrerPolicy="no-referrer"
            className="text-link inline-flex min-h-(--size-control) items-center gap-1"
          >
            <ExternalLink size={14} aria-hidden />
            <Trans>Open in a new tab</Trans>
          </a>
        )}
      </span>
    </div>
  )
}

function Address({ uri, mimeType }: { uri: string; mimeType: string }) {
  return (
    <p className="mt-1 flex flex-wrap items-center gap-2 text-sm">
      <Badge tone={mayOpen(uri) ? 'info' : 'neutral'}>
        {schemeOf(uri) ?? <Trans>no scheme</Trans>}
      </Badge>
      <code className="min-w-0 break-all text-muted">
        <HiddenText text={cut(uri, URI_MAX)} />
      </code>
      {mimeType !== '' && <span className="text-faint">{cut(mimeType, 100)}</span>}
    </p>
  )
}

/** A resource that came inside the result. */
export function ResourceView({
  part,
  name,
}: {
  part: Extract<Part, { kind: 'resource' }>
  name: string
}) {
  const { t } = useLingui()
  const { uri, mimeType, text, blob } = part
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <Address uri={uri} mimeType={mimeType} />
      {text !== undefined && <TextView text={text} name={name} label={t`Resource`} />}
      {text === undefined && blob !== undefined && <BlobView {...{ blob, mimeType, name }} />}
    </div>
  )
}

function BlobView({ blob, mimeType, name }: { blob: string; mimeType: string; name: string }) {
  if (mimeType.startsWith('image/')) {
    return <MediaView kind="image" data={blob} mimeType={mimeType} name={name} />
  }
  if (mimeType.startsWith('audio/')) {
    return <MediaView kind="audio" data={blob} mimeType={mimeType} name={name} />
  }
  const save = (): void => {
    const bytes = bytesOfBase64(blob)
    if (bytes !== undefined) download(bytes, name, 'application/octet-stream')
  }
  return (
    <p className="flex flex-wrap items-center gap-3 text-sm text-muted">
      <Bytes n={Math.floor((blob.length * 3) / 4)} />
      <Button size="sm" onClick={save}>
        <Trans>Download</Trans>
      </Button>
    </p>
  )
}
