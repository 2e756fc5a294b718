import { Catalog } from 'koa-shoji';
import { Customers } from './customers.js';
import { Products } from './products.js';
import { OpeningHours, Settings } from './settings.js';
import { Turnover } from './turnover.js';

/** The root: all that a client has to know is where this is. */
export class Shop extends Catalog.of({ iri: '/', title: 'Tea shop' }) {
  static catalogs() {
    return {
      products: Products,
      'products by category': 'products/{?category}',
      'products by price': 'products/by_price/{?min_price,max_price}',
      customers: Customers,
      settings: Settings,
    };
  }
  static views() {
    return { 'opening hours': OpeningHours, 'turnover per month': Turnover };
  }
}
