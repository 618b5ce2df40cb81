// see host.ts
export * from './input.h5'
