-- Keys that sign receipts and quotes. The public half stays for ever, so that old receipts verify; the
-- private half is sealed by the vault and forgotten once another key signs.
create table payments.signing_keys (
  kid text primary key,
  public_key bytea not null unique check (octet_length(public_key) = 32),
  sealed bytea,
  created_at timestamptz not null,
  signs_from timestamptz not null,
  revoked_at timestamptz,
  constraint revoked_key_signs_no_more check (revoked_at is null or sealed is null)
);
