// see host.ts
export * from './scale.h5'
