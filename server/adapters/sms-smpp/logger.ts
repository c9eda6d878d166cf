/** The part of a pino logger that the link needs. Never give it a phone number or a text. */
export interface Logger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}
