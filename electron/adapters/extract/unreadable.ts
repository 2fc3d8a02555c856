/** Why a file's text cannot be had, in words for the person. */
export class Unreadable extends Error {}
