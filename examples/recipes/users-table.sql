CREATE TABLE IF NOT EXISTS users (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name          text NOT NULL,
  email         text UNIQUE, -- of a local account; Hiworks sends none
  password_salt bytea, -- of a local account
  password_hash bytea,
  office_no     text, -- null until a Hiworks account is connected
  user_no       text,
  active        boolean NOT NULL DEFAULT true,
  signed_in_at  timestamptz,
  UNIQUE (office_no, user_no),
  CHECK ((office_no IS NULL) = (user_no IS NULL))
);
