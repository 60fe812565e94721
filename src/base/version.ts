/** Release of this code; equal to package.json's, which a test holds it to. */
export const version = '0.1.0';

export const programVersion = `lazarette ${version}`;
