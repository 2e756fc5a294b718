/**
 * TypeBox as one module. The package itself has some 370, which take several times as long to load as all else
 * that an API needs before it listens.
 *
 * @see https://github.com/sinclairzx81/typebox
 */
export * from 'typebox';
export { default } from 'typebox';
