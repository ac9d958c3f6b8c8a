module.exports = {
  projects: ['node', 'jsdom'].map((testEnvironment) => ({
    displayName: testEnvironment,
    testEnvironment,
    testMatch: ['<rootDir>/jest.test.js'],
  })),
};
