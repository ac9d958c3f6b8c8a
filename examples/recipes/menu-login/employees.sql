CREATE TABLE IF NOT EXISTS employees (
  user_no text PRIMARY KEY, -- the menu's user-no; do not compare it with the user_no of the OAuth login
  name    text NOT NULL
);
CREATE TABLE IF NOT EXISTS login_requests (
  user_no      text PRIMARY KEY,
  name         text,
  employee_no  text, -- a hint for the administrator, not a proof: other companies have the same numbers
  requested_at timestamptz NOT NULL DEFAULT now()
);
