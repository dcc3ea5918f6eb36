/** The formats that are judged. In generated code: those that its specs use. */
export const formats: Readonly<Record<string, RegExp>> = {};
