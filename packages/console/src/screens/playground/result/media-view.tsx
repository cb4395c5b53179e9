import { Trans, useLingui } from '@lingui/react/macro'
import { Download } from 'lucide-react'
import { useMemo } from 'react'
import { Button, Bytes, Notice } from '../../../kit/index.ts'
import { download, useBlobSource } from './blob-url.ts'
import { bytesOfBase64 } from './bytes-of-base64.ts'
import { pictureSize } from './picture-size.ts'

/** Pictures that a browser shows without running anything; SVG is a document, so it is only downloaded. */
const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'])
/** Pixels that are decoded: 40 million take some 160 MB. */
const PIXELS_MAX = 40_000_000

/** A picture or a sound that came with the result: shown from memory, never fetched. */
export function MediaView({
  kind,
  data,
  mimeType,
  name,
}: {
  kind: 'image' | 'audio'
  data: string
  mimeType: string
  name: string
}) {
  const bytes = useMemo(() => bytesOfBase64(data), [data])
  const size = useMemo(() => (bytes === undefined ? undefined : pictureSize(bytes)), [bytes])
  if (bytes === undefined) {
    return (
      <Notice tone="warn" title={<Trans>This part cannot be shown</Trans>}>
        <Trans>Its data is no base64, or larger than this page decodes.</Trans>
      </Notice>
    )
  }
  const isHuge = size !== undefined && size.width * size.height > PIXELS_MAX
  const isShown =
    kind === 'audio' ? mimeType.startsWith('audio/') : PICTURES.has(mimeType) && !isHuge
  const Media = kind === 'audio' ? Sound : Picture
  return (
    <figure className="flex min-w-0 flex-col gap-2">
      {isShown && <Media bytes={bytes} mimeType={mimeType} size={size} />}
      <figcaption className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted">
        <code className="break-all">{mimeType.slice(0, 100) || kind}</code>
        {size !== undefined && (
          <span>
            {size.width} × {size.height}
          </span>
        )}
        <Bytes n={bytes.byteLength} />
        {isHuge && <Trans>Too many pixels to be shown here.</Trans>}
        <Button
          size="sm"
          variant="ghost"
          icon={Download}
          onClick={() => download(bytes, name, 'application/octet-stream')}
        >
          <Trans>Download</Trans>
        </Button>
      </figcaption>
    </figure>
  )
}

/** What is shown of a part that a browser can show. */
type MediaProps = {
  bytes: Uint8Array<ArrayBuffer>
  mimeType: string
  size: { width: number; height: number } | undefined
}

function Sound({ bytes, mimeType }: MediaProps) {
  const { t } = useLingui()
  const source = useBlobSource<HTMLAudioElement>(bytes, mimeType)
  return (
    // oxlint-disable-next-line jsx-a11y/media-has-caption -- a tool's sound brings no captions
    <audio ref={source} controls aria-label={t`Sound in the result`} className="w-full max-w-md" />
  )
}

function Picture({ bytes, mimeType, size }: MediaProps) {
  const { t } = useLingui()
  const source = useBlobSource<HTMLImageElement>(bytes, mimeType)
  return (
    <img
      ref={source}
      width={size?.width}
      height={size?.height}
      alt={t`Picture in the result; the server gave no description`}
      decoding="async"
      className="h-auto max-h-[60vh] min-h-4 w-auto max-w-full min-w-4 self-start rounded-md border border-line bg-sunken object-contain"
    />
  )
}
