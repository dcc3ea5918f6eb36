/**
 * The columns a rejections file adds behind the original ones. A reader passes over them, so that the corrected file
 * can be run as it is.
 */
export const rejectionColumns = ['rejectedLine', 'rejectedField', 'rejectedCode', 'rejectedMessage', 'rejectedHint'] as const;
