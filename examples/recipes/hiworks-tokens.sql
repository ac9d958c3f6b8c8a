CREATE TABLE IF NOT EXISTS hiworks_tokens (
  user_no     text PRIMARY KEY,
  tokens      bytea NOT NULL,
  obtained_at timestamptz NOT NULL DEFAULT now()
);
