CREATE TABLE IF NOT EXISTS employees (
  user_no text PRIMARY KEY, -- Hiworks' user-no: the only number that is unique among all companies
  name    text NOT NULL
);
CREATE TABLE IF NOT EXISTS login_requests (
  user_no      text PRIMARY KEY,
  name         text,
  employee_no  text, -- a hint for whoever approves, no proof: every company has its 2022001
  requested_at timestamptz NOT NULL DEFAULT now()
);
