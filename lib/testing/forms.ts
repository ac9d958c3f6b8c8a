import { URLSearchParams } from 'node:url';

/** Parses a form, urlencoded or multipart. Returns `undefined` for any other or a damaged body. */
export function parseForm(contentType: string, body: string): URLSearchParams | undefined {
  if (/^application\/x-www-form-urlencoded *(;|$)/i.test(contentType)) {
    return new URLSearchParams(body);
  }
  const boundary = /^multipart\/form-data *;.*?boundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType);
  return boundary ? parseMultipart(`--${boundary[1] ?? boundary[2]}`, body) : undefined;
}

// Fields only: token requests carry no files.
function parseMultipart(delimiter: string, body: string): URLSearchParams | undefined {
  const [, ...parts] = `\r\n${body}`.split(`\r\n${delimiter}`);
  if (!parts.pop()?.startsWith('--')) {
    return undefined;
  }
  const fields = new URLSearchParams();
  for (const part of parts) {
    const [, headers = '', value] = /^\r\n(.*?\r\n)\r\n(.*)$/s.exec(part) ?? [];
    const name = /^content-disposition: *form-data *; *name="([^"]*)"/im.exec(headers)?.[1];
    if (name === undefined || value === undefined) {
      return undefined;
    }
    fields.append(name, value);
  }
  return fields;
}
