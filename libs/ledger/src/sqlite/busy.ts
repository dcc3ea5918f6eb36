/** Milliseconds to wait for another process's transaction. */
export const busyTimeoutMs = 5000;
