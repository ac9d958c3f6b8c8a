CREATE TABLE IF NOT EXISTS hiworks_tokens (
  user_no       text PRIMARY KEY,
  access_token  bytea NOT NULL,
  refresh_token bytea NOT NULL,
  obtained_at   timestamptz NOT NULL DEFAULT now()
);
